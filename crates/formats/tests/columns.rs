//! Tables of points as Parquet and Arrow IPC: every pair of formats, every type, and files that are damaged.

#![cfg(feature = "columnar")]
#![expect(clippy::unwrap_used, clippy::unwrap_in_result, reason = "a test fails where it is surprised")]

mod support;

use std::collections::HashMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::builder::{Int32Builder, ListBuilder};
use arrow_array::types::Int32Type;
use arrow_array::{
    Array, ArrayRef, BinaryArray, Date32Array, Date64Array, Decimal128Array, DictionaryArray, FixedSizeListArray, Float32Array,
    Float64Array, Int64Array, LargeStringArray, NullArray, RecordBatch, StringArray, StringViewArray, StructArray,
    TimestampMicrosecondArray, TimestampMillisecondArray, TimestampNanosecondArray, TimestampSecondArray,
};
use arrow_cast::display::array_value_to_string;
use arrow_ipc::CompressionType;
use arrow_ipc::reader::FileReader;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use arrow_schema::{DataType, Field, Schema};
use arrow_select::concat::concat_batches;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use marchland_core::{AnswerBatch, Located, NO_TIME, NONE, PointBatch, Status};
use marchland_formats::points::{LocateTables, LocatedRows, OnBadRow, PointsFault, TableFormat, Words, locate};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, GzipLevel, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use proptest::prelude::*;
use support::{CONTROLS, PLACES, answer, expected, folder, request, run};

fn column(array: impl Array + 'static) -> ArrayRef {
    Arc::new(array)
}

fn utc(times_us: Vec<Option<i64>>) -> ArrayRef {
    column(TimestampMicrosecondArray::from(times_us).with_timezone("UTC"))
}

fn us(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().as_microsecond()
}

/// Three rows with a text column before the place and one behind the time.
fn small() -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable([
        ("id", column(StringArray::from(vec![Some("a"), None, Some("c, \"d\"")])), true),
        ("lon", column(Float64Array::from(vec![1.5, 2.5, 3.5])), true),
        ("lat", column(Float64Array::from(vec![36.25, 36.5, 70.5])), true),
        ("time", utc(vec![Some(us("2020-03-01T12:00:00Z")), None, Some(us("2020-03-02T00:00:00.5Z"))]), true),
        ("note", column(StringArray::from(vec!["x", "y", "z"])), true),
    ])
    .unwrap()
}

fn write_parquet(path: &Path, batch: &RecordBatch, properties: WriterProperties) {
    let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
}

/// Writes a batch as what the name says: `.parquet`, `.arrow` (file), `.feather` (the same compressed), `.arrows` (stream) or `.csv`.
fn write(folder: &Path, name: &str, batch: &RecordBatch) -> PathBuf {
    let path = folder.join(name);
    match path.extension().unwrap().to_str().unwrap() {
        "parquet" => write_parquet(&path, batch, WriterProperties::builder().set_max_row_group_row_count(Some(2)).build()),
        "arrow" => {
            let mut writer = FileWriter::try_new(File::create(&path).unwrap(), &batch.schema()).unwrap();
            writer.write(batch).unwrap();
            writer.finish().unwrap();
        }
        "feather" => {
            let options = IpcWriteOptions::default().try_with_compression(Some(CompressionType::LZ4_FRAME)).unwrap();
            let mut writer = FileWriter::try_new_with_options(File::create(&path).unwrap(), &batch.schema(), options).unwrap();
            writer.write(batch).unwrap();
            writer.finish().unwrap();
        }
        "arrows" => {
            let mut writer = StreamWriter::try_new(File::create(&path).unwrap(), &batch.schema()).unwrap();
            writer.write(batch).unwrap();
            writer.finish().unwrap();
        }
        _ => fs::write(&path, csv(batch)).unwrap(),
    }
    path
}

/// What a value looks like in a CSV.
fn cell(column: &ArrayRef, row: usize) -> String {
    if let (Some(times), true) = (column.as_any().downcast_ref::<TimestampMicrosecondArray>(), column.is_valid(row)) {
        return Timestamp::from_microsecond(times.value(row)).unwrap().to_string();
    }
    let text = if column.is_null(row) { String::new() } else { array_value_to_string(column, row).unwrap() };
    if text.contains([',', '"']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

fn csv(batch: &RecordBatch) -> String {
    let names: Vec<String> = batch.schema().fields().iter().map(|field| field.name().clone()).collect();
    let row = |row: usize| batch.columns().iter().map(|column| cell(column, row)).collect::<Vec<_>>().join(",");
    [names.join(",")].into_iter().chain((0..batch.num_rows()).map(row)).map(|row| row + "\n").collect()
}

fn read_parquet(bytes: Vec<u8>) -> RecordBatch {
    let path = folder("read").join(format!("{:?}.parquet", std::thread::current().id()));
    fs::write(&path, bytes).unwrap();
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(&path).unwrap()).unwrap();
    let schema = Arc::clone(builder.schema());
    concat_batches(&schema, &builder.build().unwrap().collect::<Result<Vec<_>, _>>().unwrap()).unwrap()
}

fn read_arrow(bytes: Vec<u8>) -> RecordBatch {
    let reader = FileReader::try_new(std::io::Cursor::new(bytes), None).unwrap();
    let schema = reader.schema();
    concat_batches(&schema, &reader.collect::<Result<Vec<_>, _>>().unwrap()).unwrap()
}

/// Locates a batch written as one format into another.
fn through(name: &str, batch: &RecordBatch, input: &str, output: TableFormat) -> Result<(LocatedRows, Vec<u8>), PointsFault> {
    let path = write(&folder(name), input, batch);
    run(&request(&path, output, &TimeZone::UTC))
}

fn to_parquet(name: &str, batch: &RecordBatch, input: &str) -> RecordBatch {
    read_parquet(through(name, batch, input, TableFormat::Parquet).unwrap().1)
}

fn fault(name: &str, batch: &RecordBatch) -> String {
    let message = through(name, batch, "p.parquet", TableFormat::Parquet).unwrap_err().to_string();
    message.split_once("p.parquet: ").unwrap().1.to_owned()
}

#[test]
fn all_pairs_of_formats_give_the_same_rows_in_the_same_order() {
    let head = "id,lon,lat,time,note,control,status,confidence,site_id,located";
    let rows = [
        format!("a,1.5,36.25,2020-03-01T12:00:00Z,x,{}", expected(1.5, true)),
        format!(",2.5,36.5,,y,{}", expected(2.5, false)),
        "\"c, \"\"d\"\"\",3.5,70.5,2020-03-02T00:00:00.5Z,z,,,,,outside".to_owned(),
    ];
    for input in ["p.csv", "p.parquet", "p.arrow", "p.arrows", "p.feather"] {
        for output in [TableFormat::Csv, TableFormat::Parquet, TableFormat::Arrow] {
            let (located, bytes) = through("pairs", &small(), input, output).unwrap();
            assert_eq!((located.rows, located.located), (3, [1, 0, 1, 1, 0, 0]), "{input} {output:?}");
            let text = match output {
                TableFormat::Csv => String::from_utf8(bytes).unwrap(),
                TableFormat::Parquet => csv(&read_parquet(bytes)),
                TableFormat::Arrow => csv(&read_arrow(bytes)),
            };
            assert_eq!(text.lines().collect::<Vec<_>>(), [&[head.to_owned()][..], &rows].concat(), "{input} {output:?}");
        }
    }
}

#[test]
fn the_same_table_gives_the_same_bytes() {
    for output in [TableFormat::Parquet, TableFormat::Arrow] {
        for input in ["p.csv", "p.parquet", "p.arrow"] {
            let bytes = || through("same", &small(), input, output).unwrap().1;
            assert_eq!(bytes(), bytes(), "{input} {output:?}");
        }
    }
}

#[test]
fn tables_without_rows_and_with_one_get_the_columns_of_the_answers() {
    for rows in [0, 1] {
        for input in ["p.parquet", "p.arrow", "p.arrows", "p.csv"] {
            let batch = small().slice(0, rows);
            let out = to_parquet("few", &batch, input);
            assert_eq!((out.num_rows(), out.num_columns()), (rows, 10), "{input}");
            assert_eq!(read_arrow(through("few", &batch, input, TableFormat::Arrow).unwrap().1).num_rows(), rows);
        }
    }
}

/// The points that the callback is asked about, of a table with one column replaced.
fn asked(name: &str, replaced: &str, with: &ArrayRef, zone: &str) -> Result<PointBatch, PointsFault> {
    let batch = small();
    let schema = batch.schema();
    let columns =
        schema.fields().iter().zip(batch.columns()).map(|(field, column)| {
            (field.name().clone(), if field.name() == replaced { Arc::clone(with) } else { Arc::clone(column) }, true)
        });
    let batch = RecordBatch::try_from_iter_with_nullable(columns.collect::<Vec<_>>()).unwrap();
    let path = write(&folder(name), "p.arrow", &batch);
    let zone = TimeZone::get(zone).unwrap();
    let mut all = PointBatch::default();
    let mut noting = |points: &PointBatch, answers: &mut AnswerBatch| {
        all = points.clone();
        answer(points, answers);
    };
    let (controls, places) = (CONTROLS.map(str::to_owned), PLACES.map(str::to_owned));
    locate(&request(&path, TableFormat::Csv, &zone), Words { controls: &controls, places: &places }, &mut noting, &mut Vec::new())?;
    Ok(all)
}

#[test]
fn coordinates_may_be_numbers_of_any_kind_or_text() {
    let dictionary: DictionaryArray<Int32Type> = ["7", "-8", "7"].into_iter().collect();
    for lons in [
        column(Float32Array::from(vec![7.0, -8.0, 7.0])),
        column(Int64Array::from(vec![7, -8, 7])),
        column(Decimal128Array::from(vec![700, -800, 700]).with_precision_and_scale(5, 2).unwrap()),
        column(StringArray::from(vec!["7", " -8.0 ", "7e0"])),
        column(LargeStringArray::from(vec!["7", "-8", "7"])),
        column(StringViewArray::from(vec!["7", "-8", "7"])),
        column(dictionary),
    ] {
        let data_type = lons.data_type().clone();
        assert_eq!(asked("numbers", "lon", &lons, "UTC").unwrap().lons, [7.0, -8.0, 7.0], "{data_type}");
    }
}

#[test]
fn times_may_be_timestamps_of_any_unit_dates_or_text() {
    let (noon, midnight) = (us("2020-03-01T12:00:00Z"), us("2020-03-02T00:00:00Z"));
    let dictionary: DictionaryArray<Int32Type> =
        [Some("2020-03-01T12:00:00Z"), None, Some("2020-03-02T04:30:00+04:30")].into_iter().collect();
    for times in [
        column(TimestampSecondArray::from(vec![Some(noon / 1_000_000), None, Some(midnight / 1_000_000)]).with_timezone("UTC")),
        column(TimestampMillisecondArray::from(vec![Some(noon / 1000), None, Some(midnight / 1000)]).with_timezone("Asia/Kabul")),
        column(TimestampNanosecondArray::from(vec![Some(noon * 1000 + 999), None, Some(midnight * 1000)]).with_timezone("+02:00")),
        column(StringArray::from(vec![Some("2020-03-01T12:00:00Z"), Some(""), Some("2020-03-02 00:00:00+00")])),
        column(dictionary),
        // Without zone they are local, and Kabul is four and a half hours ahead.
        column(TimestampMicrosecondArray::from(vec![Some(noon + 16_200_000_000), None, Some(midnight + 16_200_000_000)])),
    ] {
        let data_type = times.data_type().clone();
        assert_eq!(asked("times", "time", &times, "Asia/Kabul").unwrap().times_us, [noon, NO_TIME, midnight], "{data_type}");
    }
    let end = us("2020-03-01T19:29:59Z");
    let days = i32::try_from(noon / 86_400_000_000).unwrap();
    for dates in [
        column(Date32Array::from(vec![Some(days), None, Some(days)])),
        column(Date64Array::from(vec![Some(i64::from(days) * 86_400_000), None, Some(i64::from(days) * 86_400_000)])),
        column(StringArray::from(vec![Some("2020-03-01"), None, Some("2020-03-01")])),
    ] {
        let data_type = dates.data_type().clone();
        assert_eq!(asked("dates", "time", &dates, "Asia/Kabul").unwrap().times_us, [end, NO_TIME, end], "{data_type}");
    }
    assert_eq!(asked("no-times", "time", &column(NullArray::new(3)), "UTC").unwrap().times_us, [NO_TIME; 3]);
}

#[test]
fn columns_of_other_types_are_refused_with_their_type() {
    let message = asked("types", "time", &column(Int64Array::from(vec![1, 2, 3])), "UTC").unwrap_err().to_string();
    assert!(message.ends_with(
        "p.arrow: expected times in the column \"time\" but got values of type Int64; \
         convert the column, or name another with --columns LON,LAT,TIME"
    ));
    assert!(
        asked("types", "lon", &utc(vec![None; 3]), "UTC").unwrap_err().to_string().contains("expected longitudes in the column \"lon\"")
    );
}

/// A table with columns of every odd kind between those asked about.
fn odd() -> RecordBatch {
    let mut lists = ListBuilder::new(Int32Builder::new());
    for numbers in [vec![Some(1), None], vec![], vec![Some(3)]] {
        lists.append_value(numbers);
    }
    let dictionary: DictionaryArray<Int32Type> = [Some("hospital"), None, Some("hospital")].into_iter().collect();
    let pair = StructArray::from(vec![
        (Arc::new(Field::new("a", DataType::Int64, true)), column(Int64Array::from(vec![Some(1), None, Some(3)]))),
        (Arc::new(Field::new("b", DataType::Utf8, true)), column(StringArray::from(vec!["x", "y", "z"]))),
    ]);
    let batch = small();
    let more = [("list", column(lists.finish())), ("kind", column(dictionary)), ("pair", column(pair))];
    let schema = batch.schema();
    let fields = schema.fields().iter().zip(batch.columns()).map(|(field, column)| (field.name().clone(), Arc::clone(column), true));
    let more = more.into_iter().map(|(name, column)| (name.to_owned(), column, true));
    RecordBatch::try_from_iter_with_nullable(more.chain(fields).collect::<Vec<_>>()).unwrap()
}

#[test]
fn nested_and_dictionary_columns_are_kept_with_their_types() {
    let batch = odd();
    for input in ["p.parquet", "p.arrow"] {
        let out = to_parquet("odd", &batch, input);
        assert_eq!(&out.columns()[..8], batch.columns(), "{input}");
    }
    let out = read_arrow(through("odd", &batch, "p.arrow", TableFormat::Arrow).unwrap().1);
    assert_eq!(&out.columns()[..8], batch.columns());
    let out = read_arrow(through("odd", &batch, "p.arrows", TableFormat::Arrow).unwrap().1);
    assert_eq!(out.column(1).data_type(), &DataType::Utf8, "dictionaries of streams may change on the way");
    let text = String::from_utf8(through("odd", &batch, "p.parquet", TableFormat::Csv).unwrap().1).unwrap();
    assert!(text.lines().nth(1).unwrap().starts_with("\"[1, ]\",hospital,\"{a: 1, b: x}\",a,1.5,"), "{text}");
}

#[test]
fn parquet_to_parquet_the_columns_are_copied_with_row_groups_compression_and_metadata() {
    let folder = folder("copied");
    for (name, compression) in [
        ("plain", Compression::UNCOMPRESSED),
        ("snappy", Compression::SNAPPY),
        ("gzip", Compression::GZIP(GzipLevel::default())),
        ("zstd", Compression::ZSTD(ZstdLevel::default())),
        ("lz4", Compression::LZ4_RAW),
    ] {
        let path = folder.join(format!("{name}.parquet"));
        let metadata = vec![KeyValue::new("geo".to_owned(), "kept".to_owned()), KeyValue::new("marchland".to_owned(), "older".to_owned())];
        let properties = WriterProperties::builder().set_compression(compression).set_max_row_group_row_count(Some(2));
        write_parquet(&path, &odd(), properties.set_key_value_metadata(Some(metadata)).build());
        let (_, bytes) = run(&request(&path, TableFormat::Parquet, &TimeZone::UTC)).unwrap();
        fs::write(folder.join("out.parquet"), &bytes).unwrap();
        let [before, after] = [path, folder.join("out.parquet")].map(|path| SerializedFileReader::new(File::open(path).unwrap()).unwrap());
        let (before, after) = (before.metadata(), after.metadata());
        assert_eq!((before.num_row_groups(), after.num_row_groups()), (2, 2), "{name}");
        for (before, after) in before.row_groups().iter().zip(after.row_groups()) {
            for (before, after) in before.columns().iter().zip(after.columns()) {
                assert_eq!((before.compressed_size(), before.statistics()), (after.compressed_size(), after.statistics()));
            }
        }
        let entries = after.file_metadata().key_value_metadata().unwrap();
        let entry =
            |key: &str| entries.iter().filter(|entry| entry.key == key).map(|entry| entry.value.clone().unwrap()).collect::<Vec<_>>();
        assert_eq!((entry("geo"), entry("marchland")), (vec!["kept".to_owned()], vec![r#"{"rule":"latest"}"#.to_owned()]));
        assert_eq!(&read_parquet(bytes).columns()[..8], odd().columns(), "{name}");
    }
}

#[test]
fn names_that_answers_take_are_given_way_to_in_columns_too() {
    let batch = RecordBatch::try_from_iter([
        ("control", column(StringArray::from(vec!["mine"]))),
        ("twice", column(Int64Array::from(vec![1]))),
        ("twice", column(Int64Array::from(vec![2]))),
        ("x", column(Float64Array::from(vec![1.5]))),
        ("y", column(Float64Array::from(vec![36.5]))),
        ("Timestamp", utc(vec![Some(0)])),
    ])
    .unwrap();
    for input in ["p.parquet", "p.arrow"] {
        let text = csv(&to_parquet("taken", &batch, input));
        assert_eq!(
            text,
            format!(
                "input_control,twice,twice,x,y,Timestamp,control,status,confidence,site_id,located\n\
                 mine,1,2,1.5,36.5,1970-01-01T00:00:00Z,{}\n",
                expected(1.5, true)
            )
        );
    }
}

#[test]
fn bad_rows_are_told_by_row_and_column_or_left_out() {
    let hint = "mend the row, or leave such rows out with --on-bad-row skip";
    let batch = |lons: Vec<Option<f64>>| {
        let rows = lons.len();
        RecordBatch::try_from_iter_with_nullable([
            ("lon", column(Float64Array::from(lons)), true),
            ("lat", column(Float64Array::from(vec![36.5; rows])), true),
            ("time", column(StringArray::from((0..rows).map(|row| if row == 3 { "soon" } else { "2020" }).collect::<Vec<_>>())), true),
        ])
        .unwrap()
    };
    assert_eq!(fault("bad", &batch(vec![Some(1.5), None])), format!("row 2, column \"lon\": expected a longitude but got nothing; {hint}"));
    assert!(
        fault("bad", &batch(vec![Some(1.5), Some(1.5), Some(f64::INFINITY)]))
            .starts_with("row 3, column \"lon\": expected a longitude of -180 to 180 but got inf")
    );
    assert!(fault("bad", &batch(vec![Some(1.5); 4])).starts_with("row 4, column \"time\": expected a time such as"));
    let zone = TimeZone::UTC;
    let lons = vec![Some(1.5), None, Some(f64::NAN), Some(2.5), Some(3.5)];
    for input in ["p.parquet", "p.arrow", "p.arrows"] {
        for output in [TableFormat::Parquet, TableFormat::Arrow] {
            let path = write(&folder("left-out"), input, &batch(lons.clone()));
            let tables = LocateTables { on_bad_row: OnBadRow::Skip, ..request(&path, output, &zone) };
            let (rows, bytes) = run(&tables).unwrap();
            assert_eq!((rows.rows, rows.skipped, rows.first_skipped.len()), (2, 3, 3), "{input}");
            let out = if output == TableFormat::Parquet { read_parquet(bytes) } else { read_arrow(bytes) };
            let row = |lon: f64| format!("{lon},36.5,2020,{}", expected(lon, true));
            assert_eq!(csv(&out).lines().skip(1).collect::<Vec<_>>(), [row(1.5), row(3.5)], "{input}");
        }
    }
}

fn wkb(lon: f64, lat: f64) -> Vec<u8> {
    [&[1, 1, 0, 0, 0][..], &lon.to_le_bytes(), &lat.to_le_bytes()].concat()
}

/// A GeoParquet of points as well-known binary, with something said of its system.
fn geo_parquet(name: &str, crs: &str, points: Vec<Option<&[u8]>>) -> Result<(LocatedRows, Vec<u8>), PointsFault> {
    let rows = points.len();
    let geo = format!(
        r#"{{"version":"1.1.0","primary_column":"geom","columns":{{"geom":{{"encoding":"WKB","geometry_types":["Point"]{crs}}}}}}}"#
    );
    let batch = RecordBatch::try_from_iter_with_nullable([
        ("geom", column(BinaryArray::from(points)), true),
        ("time", column(Date32Array::from(vec![18_000; rows])), true),
    ]);
    let path = folder(name).join("g.parquet");
    let metadata = Some(vec![KeyValue::new("geo".to_owned(), geo)]);
    write_parquet(&path, &batch.unwrap(), WriterProperties::builder().set_key_value_metadata(metadata).build());
    run(&request(&path, TableFormat::Parquet, &TimeZone::UTC))
}

#[test]
fn points_of_geo_parquet_are_places_if_they_are_of_wgs_84() {
    let (one, two) = (wkb(1.5, 36.5), wkb(2.5, 70.5));
    let (rows, bytes) = geo_parquet("geo", "", vec![Some(&one), Some(&two)]).unwrap();
    assert_eq!(rows.located, [1, 0, 1, 0, 0, 0]);
    let row = csv(&read_parquet(bytes)).lines().nth(1).unwrap().to_owned();
    assert!(row.ends_with(&format!("2019-04-14,{}", expected(1.5, true))), "{row}");
    let fault = |crs: &str, points| geo_parquet("geo", crs, points).unwrap_err().to_string();
    let utm = r#","crs":{"id":{"authority":"EPSG","code":32642}}"#;
    assert!(fault(utm, vec![Some(&one)]).ends_with("in the column \"geom\" but got EPSG:32642; export them again as EPSG:4326"));
    let line = [&[1, 2, 0, 0, 0][..], &[0; 4]].concat();
    assert!(fault("", vec![Some(&one), Some(&line)]).contains("row 2, column \"geom\": expected a point but got another geometry"));
    assert!(fault("", vec![None]).contains("row 1, column \"geom\": expected a longitude but got nothing"));
}

#[test]
fn points_of_geo_arrow_are_places() {
    let numbers = || column(Float64Array::from(vec![1.5, 2.5]));
    let named = |name: &str| Arc::new(Field::new(name, DataType::Float64, false));
    let pairs = StructArray::from(vec![(named("x"), numbers()), (named("y"), column(Float64Array::from(vec![36.5, 70.5])))]);
    let lists = FixedSizeListArray::new(named("xy"), 2, column(Float64Array::from(vec![1.5, 36.5, 2.5, 70.5])), None);
    for (points, data_type) in [(column(pairs.clone()), pairs.data_type()), (column(lists.clone()), lists.data_type())] {
        let extension = HashMap::from([("ARROW:extension:name".to_owned(), "geoarrow.point".to_owned())]);
        let fields = vec![Field::new("p", data_type.clone(), true).with_metadata(extension), Field::new("date", DataType::Date32, true)];
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), vec![points, column(Date32Array::from(vec![Some(18_000), None]))]);
        let (rows, _) = through("geo-arrow", &batch.unwrap(), "p.arrow", TableFormat::Parquet).unwrap();
        assert_eq!(rows.located, [1, 0, 0, 1, 0, 0]);
    }
}

#[test]
fn what_is_no_such_file_is_told_by_the_files_name() {
    let folder = folder("no-such");
    let fault = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap();
        run(&request(&path, TableFormat::Csv, &TimeZone::UTC)).unwrap_err().to_string().split_once(name).unwrap().1.to_owned()
    };
    for bytes in [&b""[..], b"lon,lat,time\n1,2,3\n", b"PAR1PAR1"] {
        assert!(fault("p.parquet", bytes).starts_with(": expected a sound table but got: "), "{bytes:?}");
        assert!(fault("p.arrow", bytes).starts_with(": expected "), "{bytes:?}");
    }
    assert!(fault("p.arrow", b"FEA1FEA1").contains("Feather version 1"));
    let missing = run(&request(&folder.join("none.parquet"), TableFormat::Csv, &TimeZone::UTC)).unwrap_err();
    assert!(missing.to_string().contains("none.parquet: cannot be read: "), "{missing}");
}

#[test]
fn damaged_files_are_refused_or_read_and_never_panic() {
    let folder = folder("damaged");
    let mut seed = 7_u64;
    let mut below = |bound: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % bound
    };
    let mut refused = 0;
    for input in ["p.parquet", "p.arrow", "p.arrows", "p.feather"] {
        let sound = fs::read(write(&folder, input, &odd())).unwrap();
        for round in 0..ROUNDS {
            let mut bytes = sound.clone();
            if round % 5 == 0 {
                bytes.truncate(below(sound.len()));
            } else {
                for _ in 0..=round % 4 {
                    let at = below(bytes.len());
                    bytes[at] = below(256) as u8;
                }
            }
            let path = folder.join(format!("damaged-{input}"));
            fs::write(&path, &bytes).unwrap();
            for output in [TableFormat::Csv, TableFormat::Parquet] {
                match std::panic::catch_unwind(|| run(&request(&path, output, &TimeZone::UTC)).is_err()) {
                    Ok(is_refused) => refused += usize::from(is_refused),
                    Err(panic) => panic!("{input}, round {round}, {output:?}: {panic:?}"),
                }
            }
        }
    }
    assert!(refused > ROUNDS, "most damages are seen: {refused}");
}

/// Damaged files of each kind (chosen: a second or two in a debug build).
const ROUNDS: usize = 200;

/// Codes in the order of the callback, for answers that are long runs, noise, or nothing.
fn codes() -> impl Strategy<Value = Vec<u32>> {
    let run = (prop_oneof![Just(NONE), 0_u32..300], 1_usize..200).prop_map(|(code, length)| vec![code; length]);
    let noise = prop::collection::vec(prop_oneof![1 => Just(NONE), 9 => 0_u32..300], 1..200);
    prop::collection::vec(prop_oneof![run, noise], 1..6).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn codes_are_read_back_as_their_words(codes in codes()) {
        let words: Vec<String> = (0..300).map(|code| format!("word {code}")).collect();
        let text: String = codes.iter().map(|_| "1,2,2020\n").collect();
        let path = folder("codes").join("p.csv");
        fs::write(&path, format!("lon,lat,time\n{text}")).unwrap();
        let mut out = Vec::new();
        let mut given = |points: &PointBatch, answers: &mut AnswerBatch| {
            assert_eq!(points.lons.len(), codes.len());
            answers.located = vec![Located::Ok; codes.len()];
            answers.controls = codes.iter().map(|&code| if code == NONE { NONE } else { code % 2 }).collect();
            answers.statuses = codes.iter().map(|&code| if code == NONE { NONE } else { code % Status::ALL.len() as u32 }).collect();
            (answers.confidences, answers.places) = (codes.clone(), codes.clone());
        };
        locate(&request(&path, TableFormat::Parquet, &TimeZone::UTC), Words { controls: &words, places: &words }, &mut given, &mut out).unwrap();
        let batch = read_parquet(out);
        for (row, &code) in codes.iter().enumerate() {
            let word = |code: u32| if code == NONE { String::new() } else { words[code as usize].clone() };
            let shown: Vec<String> = (3..8).map(|at| array_value_to_string(batch.column(at), row).unwrap()).collect();
            let confidence = if code == NONE { String::new() } else { format!("{:?}", f64::from(code) / 10_000.0) };
            let status = if code == NONE { "" } else { Status::ALL[code as usize % Status::ALL.len()].word() };
            prop_assert_eq!((&shown[0], shown[1].as_str(), &shown[3], shown[4].as_str()), (&word(if code == NONE { NONE } else { code % 2 }), status, &word(code), "ok"));
            prop_assert_eq!(shown[2].parse::<f64>().ok(), confidence.parse::<f64>().ok());
        }
    }
}
