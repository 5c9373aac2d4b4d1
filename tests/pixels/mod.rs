//! The pixels of pictures as other code reads and draws them, and what differs between two.

use std::fs;
use std::io::Cursor;
use std::sync::Arc;

use resvg::{tiny_skia, usvg};

use crate::support::root;

/// A picture: red, green and blue of each pixel, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pixels {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) rgb: Vec<u8>,
}

/// What a PNG shows.
pub(crate) fn of_png(bytes: &[u8]) -> Pixels {
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut buffer = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut buffer).unwrap();
    let channels = info.color_type.samples();
    let colour = |pixel: &[u8]| if channels < 3 { [pixel[0]; 3] } else { [pixel[0], pixel[1], pixel[2]] };
    let rgb = buffer[..info.buffer_size()].chunks_exact(channels).flat_map(colour).collect();
    Pixels { width: info.width as usize, height: info.height as usize, rgb }
}

/// What resvg draws of an SVG with our fonts.
pub(crate) fn of_svg(svg: &str) -> Pixels {
    let mut fonts = usvg::fontdb::Database::new();
    for bytes in [notosans::REGULAR_TTF, notosans::BOLD_TTF] {
        fonts.load_font_data(bytes.to_vec());
    }
    for name in ["Vazirmatn-Regular.ttf", "Vazirmatn-Bold.ttf"] {
        fonts.load_font_data(fs::read(root().join("crates/render/fonts").join(name)).unwrap());
    }
    let options = usvg::Options { fontdb: Arc::new(fonts), ..usvg::Options::default() };
    let tree = usvg::Tree::from_str(svg, &options).unwrap();
    let (width, height) = (tree.size().width() as u32, tree.size().height() as u32);
    let mut pixmap = tiny_skia::Pixmap::new(width, height).unwrap();
    pixmap.fill(tiny_skia::Color::WHITE);
    resvg::render(&tree, tiny_skia::Transform::identity(), &mut pixmap.as_mut());
    let rgb = pixmap.pixels().iter().flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]).collect();
    Pixels { width: width as usize, height: height as usize, rgb }
}

/// One picture in pale grey, and in red what is another colour in the other, or is there in one of the two alone; and how many pixels differ.
pub(crate) fn difference(one: &Pixels, other: &Pixels) -> (Pixels, usize) {
    let (width, height) = (one.width.max(other.width), one.height.max(other.height));
    let at = |pixels: &Pixels, x: usize, y: usize| -> Option<[u8; 3]> {
        let start = (y * pixels.width + x) * 3;
        (x < pixels.width && y < pixels.height).then(|| [pixels.rgb[start], pixels.rgb[start + 1], pixels.rgb[start + 2]])
    };
    let (mut rgb, mut count) = (Vec::with_capacity(width * height * 3), 0);
    for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
        let (here, there) = (at(one, x, y), at(other, x, y));
        if here == there {
            let [red, green, blue] = here.unwrap_or([255; 3]).map(u32::from);
            rgb.extend([192 + ((red * 30 + green * 59 + blue * 11) / 100 / 4) as u8; 3]);
        } else {
            count += 1;
            rgb.extend([230, 0, 0]);
        }
    }
    (Pixels { width, height, rgb }, count)
}

/// A picture as PNG.
pub(crate) fn png(pixels: &Pixels) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, pixels.width as u32, pixels.height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header().unwrap().write_image_data(&pixels.rgb).unwrap();
    bytes
}
