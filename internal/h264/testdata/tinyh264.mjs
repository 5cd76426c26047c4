// Decodes H.264 from the standard input: NAL units, each behind its length in four
// bytes. Writes the planes of each frame, whose sides are multiples of 16. The
// argument is the folder of tinyh264, whose modules are made for bundlers.
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

globalThis.self = { location: { href: "" } };
const folder = mkdtempSync(join(tmpdir(), "tinyh264-"));
const load = async (name) => {
  const copy = join(folder, name + ".mjs");
  copyFileSync(join(process.argv[2], "es", name + ".js"), copy);
  return (await import(copy)).default;
};
const [TinyH264, Decoder] = [await load("TinyH264"), await load("TinyH264Decoder")];
rmSync(folder, { recursive: true });
const decoder = new Decoder(await TinyH264(), (picture) => {
  for (let at = 0; at < picture.length; ) at += writeSync(1, picture, at);
});
const stream = readFileSync(0);
// It takes an access unit at a time: the parameter sets go with the first frame.
let unit = [];
for (let at = 0; at < stream.length; ) {
  const length = stream.readUInt32BE(at);
  const payload = stream.subarray(at + 4, at + 4 + length);
  unit.push(Buffer.from([0, 0, 0, 1]), payload);
  if ((payload[0] & 31) <= 5) {
    decoder.decode(Buffer.concat(unit));
    unit = [];
  }
  at += 4 + length;
}
