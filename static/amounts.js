// How much, how fast, and how long it will take, in words.

export const size = (bytes) => bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
export const counted = (n, one, many) => `${n} ${n === 1 ? one : many}`;

export const inTime = (seconds) => {
  if (seconds < 90) return counted(Math.max(1, Math.round(seconds)), "second", "seconds");
  return seconds < 5400 ? counted(Math.ceil(seconds / 60), "minute", "minutes") : counted(Math.round(seconds / 3600), "hour", "hours");
};

// A Pace tells the time that is left from what was sent lately.
const lately = 20_000;
const enough = 3_000;

export class Pace {
  #steps = [];

  // left is the number of seconds for the rest, undefined while nobody can tell.
  left(sent, all) {
    const now = performance.now();
    if (sent < this.#steps.at(-1)?.sent) this.#steps = []; // a part is sent again
    this.#steps.push({ now, sent });
    while (now - this.#steps[0].now > lately) this.#steps.shift();
    const [first] = this.#steps;
    if (now - first.now < enough || sent === first.sent) return undefined;
    return (all - sent) * (now - first.now) / (sent - first.sent) / 1000;
  }
}
