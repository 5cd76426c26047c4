// A ZIP from Spotify can hold far more than is read here: telemetry, pictures,
// films. This makes a smaller ZIP of the entries that matter. Their bytes are not
// unpacked but copied as they are, so one file always becomes the same ZIP. What
// stays behind is named in an entry of its own, for the receipt. Which entries
// matter is for the importer to say (internal/export), and a test compares.

const listName = ".left-out-by-browser.json";
const listedFiles = 200;
const listedBytes = 60_000;
const nameLength = 200;

// The files of the technical log that tell what changed in library and playlists.
const changes = /^(added|removed)[a-z]+$|^playlist(created|deleted|removed|renamed|followed|unfollowed|reordered)$/;
const media = /\.(jpe?g|png|gif|webp|heic|mp3|m4a|wav|ogg|mp4|mov|avi|mkv|webm)$/i;

// An archive that is not as usual is sent as it is: what is wrong with it is for
// the server to say.
const unusual = () => new Error("unusual archive");

const read = async (file, from, to) => new DataView(await file.slice(from, to).arrayBuffer());
const bytes = (view, from, to) => new Uint8Array(view.buffer, from, to - from);
const long = (view, at) => Number(view.getBigUint64(at, true));

// directory reads the table of contents at the end of a ZIP.
const directory = async (file) => {
  const tailAt = Math.max(0, file.size - 22 - 0xffff);
  const tail = await read(file, tailAt, file.size);
  let at = tail.byteLength - 22;
  while (at >= 0 && tail.getUint32(at, true) !== 0x06054b50) at--;
  if (at < 0) throw unusual();
  let end = tailAt + at;
  let [count, length, start] = [tail.getUint16(at + 10, true), tail.getUint32(at + 12, true), tail.getUint32(at + 16, true)];
  if (at >= 20 && tail.getUint32(at - 20, true) === 0x07064b50) { // ZIP64
    end = long(tail, at - 12);
    const wide = await read(file, end, end + 56);
    if (wide.getUint32(0, true) !== 0x06064b50) throw unusual();
    [count, length, start] = [long(wide, 32), long(wide, 40), long(wide, 48)];
  }
  // One that was split, or has something in front of it, is beyond this.
  if (tail.getUint16(at + 4, true) !== 0 || count > 5000 || length > 4 << 20 || start + length !== end) throw unusual();
  const view = await read(file, start, end);
  const entries = [];
  for (at = 0; at < length; at = entries.at(-1).next) entries.push(entryAt(view, at));
  if (entries.length !== count) throw unusual();
  return entries;
};

const entryAt = (view, at) => {
  if (view.getUint32(at, true) !== 0x02014b50) throw unusual();
  const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
  if (flags & 1 || method !== 0 && method !== 8) throw unusual();
  const nameEnd = at + 46 + view.getUint16(at + 28, true);
  const extraEnd = nameEnd + view.getUint16(at + 30, true);
  const entry = {
    method, packed: view.getUint32(at + 20, true), size: view.getUint32(at + 24, true), offset: view.getUint32(at + 42, true),
    fixed: bytes(view, at, at + 46), name: bytes(view, at + 46, nameEnd), extra: [], next: extraEnd + view.getUint16(at + 32, true),
  };
  for (let field = nameEnd; field < extraEnd;) {
    const next = field + 4 + view.getUint16(field + 2, true);
    if (next > extraEnd) throw unusual();
    if (view.getUint16(field, true) !== 1) entry.extra.push(...bytes(view, field, next)); // such as the time
    else {
      for (const key of ["size", "packed", "offset"]) { // of ZIP64: those that have no room elsewhere
        if (entry[key] !== 0xffffffff) continue;
        entry[key] = long(view, field + 4);
        field += 8;
      }
    }
    field = next;
  }
  entry.path = new TextDecoder().decode(entry.name).replaceAll("\\", "/");
  return entry;
};

// locate finds where the content of an entry stands, and what it begins with.
const locate = async (file, entry) => {
  const head = await read(file, entry.offset, entry.offset + 16384);
  if (head.getUint32(0, true) !== 0x04034b50) throw unusual();
  const from = 30 + head.getUint16(26, true) + head.getUint16(28, true);
  entry.from = entry.offset + from;
  if (entry.from + entry.packed > file.size) throw unusual();
  const begin = bytes(head, Math.min(from, head.byteLength), Math.min(from + entry.packed, head.byteLength));
  entry.begin = entry.method === 0 || !entry.packed ? begin : await inflated(begin);
};

const inflated = async (packed) => {
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const { value } = await reader.read().catch(() => ({})); // a damaged one is for the server to find
  reader.cancel().catch(() => {}); // it may have ended in the middle
  return value ?? new Uint8Array();
};

// beginsLikeOurs says whether a file begins like JSON or like a ZIP.
export const beginsLikeOurs = (begin) => {
  const wide = begin[0] === 0xff && begin[1] === 0xfe || begin[0] === 0xfe && begin[1] === 0xff; // UTF-16
  return wide || /^(\s*[[{]|PK)/.test(new TextDecoder().decode(begin));
};

// uselessness says why an entry is left out, nothing of one that is not. A name
// alone is not enough: what a file holds counts for more.
const uselessness = ({ path, begin }) => {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const beginning = begin.subarray(0, 8192);
  if (media.test(name)) return !begin.length || beginsLikeOurs(beginning) ? "" : "media";
  if (changes.test(name.toLowerCase().replace(/(\.json| ?\(\d+\))+$/, ""))) return "";
  const row = /^\s*\[\s*(\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\})/.exec(new TextDecoder().decode(beginning))?.[1];
  try {
    const keys = Object.keys(JSON.parse(row));
    const plays = keys.some((key) => ["ts", "ms_played", "endTime", "msPlayed"].includes(key));
    return keys.includes("timestamp_utc") && keys.some((key) => /^(context|message)_/.test(key)) && !plays ? "log" : "";
  } catch {
    return "";
  }
};

// Files answer slowly and in any number. What an entry begins with is not kept.
const atOnce = 64;
const judge = async (file, entry) => {
  await locate(file, entry);
  entry.useless = uselessness(entry);
  entry.begin = null;
};

const crc32 = (data) => {
  let crc = -1;
  for (const byte of data) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = crc >>> 1 ^ (crc & 1 && 0xedb88320);
  }
  return ~crc >>> 0;
};

// listEntry is the entry that names what is left out.
const listEntry = (left) => {
  const list = { files: [], more: 0 };
  let room = listedBytes;
  for (const { path, size, useless } of left) {
    const file = { name: [...path].slice(0, nameLength).join("") || "?", bytes: size, log: useless === "log" };
    room -= new TextEncoder().encode(JSON.stringify(file)).length + 1;
    if (list.files.length < listedFiles && room >= 0) list.files.push(file);
    else list.more++;
  }
  const content = new TextEncoder().encode(JSON.stringify(list));
  const head = new DataView(new ArrayBuffer(46));
  for (const [at, value] of [[0, 0x02014b50], [4, 20 << 16 | 20], [8, 0x0800], [12, 0x0021 << 16], [16, crc32(content)]]) head.setUint32(at, value, true);
  return { fixed: bytes(head, 0, 46), name: new TextEncoder().encode(listName), extra: [], packed: content.length, size: content.length, content };
};

const written = (file, entries) => {
  const [parts, central] = [[], []];
  let at = 0;
  for (const entry of entries) {
    const head = new DataView(entry.fixed.slice().buffer);
    head.setUint16(8, head.getUint16(8, true) & ~8, true); // the sizes stand in front
    for (const [where, value] of [[20, entry.packed], [24, entry.size], [42, at]]) head.setUint32(where, value, true);
    for (const [where, value] of [[28, entry.name.length], [30, entry.extra.length], [32, 0], [34, 0]]) head.setUint16(where, value, true);
    central.push(head, entry.name, new Uint8Array(entry.extra));
    parts.push(Uint8Array.of(0x50, 0x4b, 3, 4), bytes(head, 6, 30), new Uint8Array(2), entry.name, entry.content ?? file.slice(entry.from, entry.from + entry.packed));
    at += 30 + entry.name.length + entry.packed;
  }
  if (at > 0xf0000000) throw unusual();
  const end = new DataView(new ArrayBuffer(22));
  const length = central.reduce((sum, part) => sum + part.byteLength, 0);
  for (const [where, value] of [[0, 0x06054b50], [8, entries.length << 16 | entries.length], [12, length], [16, at]]) end.setUint32(where, value, true);
  return new File([...parts, ...central, end], file.name, { type: "application/zip", lastModified: file.lastModified });
};

// canSlim says whether the browser can look into compressed entries.
export const canSlim = (() => {
  try {
    return Boolean(new DecompressionStream("deflate-raw"));
  } catch {
    return false;
  }
})();

// slimmed is a ZIP without what is of no use, and how much that was. Any other
// file, and one of which nothing can be left out, stays itself.
export const slimmed = async (file) => {
  const whole = { file };
  try {
    if (!canSlim || (await read(file, 0, 4)).getUint32(0, true) !== 0x04034b50) return whole;
    const entries = (await directory(file)).filter(({ path }) => !path.endsWith("/")); // folders
    for (let i = 0; i < entries.length; i += atOnce) await Promise.all(entries.slice(i, i + atOnce).map((entry) => judge(file, entry)));
    const left = entries.filter(({ useless }) => useless);
    if (!left.length) return whole;
    const slim = written(file, [...entries.filter(({ useless }) => !useless), listEntry(left)]);
    return { file: slim, left: { files: left.length, bytes: file.size - slim.size } };
  } catch {
    return whole;
  }
};
