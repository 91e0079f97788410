// Unpacks a WOFF font into the TrueType file it was made of (W3C, WOFF File Format 1.0).
//
// The printer of certificates would otherwise unpack every font at its first use, which costs it
// more than setting the page.

import { inflateSync } from "node:zlib";

const HEADER = { woff: 44, sfnt: 12 };
const ENTRY = { woff: 20, sfnt: 16 };

/** Take the bytes of a .woff and give those of the .ttf; anything else is refused. */
export function unpackWoff(woff) {
  if (woff.toString("latin1", 0, 4) !== "wOFF") throw new Error("This is not a WOFF font.");
  const count = woff.readUInt16BE(12);
  const power = Math.floor(Math.log2(count));
  const font = Buffer.alloc(woff.readUInt32BE(16));
  woff.copy(font, 0, 4, 8);
  font.writeUInt16BE(count, 4);
  font.writeUInt16BE(16 * 2 ** power, 6);
  font.writeUInt16BE(power, 8);
  font.writeUInt16BE(16 * (count - 2 ** power), 10);

  let place = HEADER.sfnt + ENTRY.sfnt * count;
  for (let index = 0; index < count; index += 1) {
    const entry = HEADER.woff + ENTRY.woff * index;
    const [offset, packed, length, checksum] = [4, 8, 12, 16].map((at) =>
      woff.readUInt32BE(entry + at),
    );
    const table = woff.subarray(offset, offset + packed);
    const line = HEADER.sfnt + ENTRY.sfnt * index;
    woff.copy(font, line, entry, entry + 4);
    font.writeUInt32BE(checksum, line + 4);
    font.writeUInt32BE(place, line + 8);
    font.writeUInt32BE(length, line + 12);
    (packed < length ? inflateSync(table) : table).copy(font, place);
    place += Math.ceil(length / 4) * 4;
  }
  return font;
}
