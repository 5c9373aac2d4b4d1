//! Animated WebP (RFC 9649, section 2.7): the container is written here, the frames' pixels are encoded without loss by `image-webp`, which
//! knows still pictures alone.
//!
//! ```text
//! RIFF size WEBP
//!   VP8X  what is in it, width - 1 and height - 1 in 24 bits each
//!   ANIM  background, how often: nought is for ever
//!   ANMF  left / 2, top / 2, width - 1, height - 1, milliseconds in 24 bits each; how it is laid on the frame before
//!     VP8L  the rectangle's pixels
//!   ANMF …
//! ```
//!
//! Numbers have their low byte first; chunks are padded to an even length. What is as it was is left clear, and the frame is laid over the
//! one before: half the bytes of whole rectangles. `libwebp`, which browsers use, keeps what is under clear pixels to the bit; `image-webp`
//! darkens it by a level a frame at most.

use std::io::Write;

use image_webp::{ColorType, WebPEncoder};

use super::{Patch, Settings};
use crate::write::EncodingFailed;

/// In VP8X: there are frames, and some of them have clear pixels.
const ANIMATED: u8 = 0x02;
const HAS_CLEAR: u8 = 0x10;

/// The bytes before the chunk of a file with one picture: `RIFF`, its size, `WEBP`.
const HEAD: usize = 12;

/// The longest a frame is shown, for its length has 24 bits: four and a half hours.
const LONGEST_MS: u32 = (1 << 24) - 1;

pub(super) struct Writer<'w> {
    sink: &'w mut (dyn Write + Send),
    /// All chunks so far: their size stands before them.
    chunks: Vec<u8>,
}

impl<'w> Writer<'w> {
    pub(super) fn new(settings: Settings<'_>, sink: &'w mut (dyn Write + Send)) -> Self {
        let [width, height] = settings.size;
        let mut extended = vec![ANIMATED | HAS_CLEAR, 0, 0, 0];
        for side in [width - 1, height - 1] {
            extended.extend_from_slice(&side.to_le_bytes()[..3]);
        }
        let mut chunks = Vec::new();
        chunk(*b"VP8X", &extended, &mut chunks);
        chunk(*b"ANIM", &[0xFF, 0xFF, 0xFF, 0xFF, 0, 0], &mut chunks);
        Self { sink, chunks }
    }

    pub(super) fn add(&mut self, patch: &Patch<'_>, milliseconds: u32) -> Result<(), EncodingFailed> {
        let pixels = patch.with_clear();
        let mut still = Vec::new();
        WebPEncoder::new(&mut still).encode(&pixels, patch.width as u32, patch.height as u32, ColorType::Rgba8)?;
        let mut frame = Vec::with_capacity(still.len() + 4);
        let sides = [patch.left / 2, patch.top / 2, patch.width - 1, patch.height - 1];
        for number in sides.map(|pixels| pixels as u32).into_iter().chain([milliseconds.min(LONGEST_MS)]) {
            frame.extend_from_slice(&number.to_le_bytes()[..3]);
        }
        // Laid over what is there, and left there.
        frame.push(0);
        frame.extend_from_slice(&still[HEAD..]);
        chunk(*b"ANMF", &frame, &mut self.chunks);
        Ok(())
    }

    pub(super) fn finish(self) -> Result<(), EncodingFailed> {
        let too_long = image_webp::EncodingError::InvalidDimensions;
        let Ok(size) = u32::try_from(self.chunks.len() + 4) else { return Err(too_long.into()) };
        self.sink.write_all(b"RIFF")?;
        self.sink.write_all(&size.to_le_bytes())?;
        self.sink.write_all(b"WEBP")?;
        self.sink.write_all(&self.chunks)?;
        Ok(self.sink.flush()?)
    }
}

fn chunk(name: [u8; 4], content: &[u8], chunks: &mut Vec<u8>) {
    chunks.extend_from_slice(&name);
    chunks.extend_from_slice(&(content.len() as u32).to_le_bytes());
    chunks.extend_from_slice(content);
    if content.len() % 2 == 1 {
        chunks.push(0);
    }
}
