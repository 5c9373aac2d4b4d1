//! The gallery, `cargo run --example gallery`: every command of it is one that the command takes, tried on small pages.

#![expect(clippy::unwrap_used, reason = "a test fails where it is surprised")]

#[expect(dead_code, reason = "other test files use the rest")]
mod support;

#[expect(dead_code, reason = "the sheet uses the titles")]
#[path = "../examples/gallery/pictures.rs"]
mod pictures;

use std::collections::BTreeSet;

use pictures::{Picture, SUBJECTS};
use support::marchland;

/// The arguments of a picture for a small page on standard output.
fn small(picture: &Picture) -> Vec<String> {
    let mut arguments = picture.arguments.clone();
    let format = picture.file.rsplit('.').next().unwrap_or_default();
    let size = arguments.iter().position(|word| word == "--size").map(|at| arguments[at + 1].clone());
    match size {
        None => arguments.extend(["--size", "480x400"].map(str::to_owned)),
        // Paper is small where its inch is.
        Some(size) if size.starts_with('a') => arguments.retain(|word| word != "--dpi" && word != "150"),
        Some(size) => arguments.iter_mut().filter(|word| **word == size).for_each(|word| "480x400".clone_into(word)),
    }
    if arguments.iter().any(|word| word.starts_with("a4") || word.starts_with("a3") || word.starts_with("a5")) {
        arguments.extend(["--dpi", "50"].map(str::to_owned));
    }
    arguments.into_iter().chain(["-o", "-", "-f", format].map(str::to_owned)).collect()
}

fn is_taken(dataset: &str) {
    let subject = SUBJECTS.iter().find(|subject| subject.dataset == dataset).unwrap();
    for picture in pictures::of(subject).into_iter().flat_map(|(_, pictures)| pictures) {
        let answer = marchland(small(&picture));
        assert_eq!(answer.code(), 0, "{:?}: {}", picture.arguments, answer.stderr());
        assert!(!answer.output.stdout.is_empty(), "{:?}", picture.arguments);
    }
}

#[test]
fn every_command_for_the_pictures_of_kunduz_is_taken() {
    is_taken("kunduz");
}

#[test]
fn every_command_for_the_pictures_of_afghanistan_is_taken() {
    is_taken("afghanistan-2021");
}

#[test]
fn no_two_pictures_of_the_gallery_have_one_name() {
    let all = SUBJECTS.iter().flat_map(pictures::of).flat_map(|(_, pictures)| pictures);
    let names: Vec<String> = all.map(|picture| picture.file).collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
}
