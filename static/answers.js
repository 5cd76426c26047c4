// What the server says, of a file in parts and of an import.

import { inTime } from "./amounts.js";

export const status = (error) => error.originalResponse?.getStatus() ?? 0;
export const problemOf = (error) => {
  try {
    return JSON.parse(error.originalResponse.getBody()).error ?? {};
  } catch {
    return {}; // a proxy may answer for the server, and not in JSON
  }
};
export const passing = (code) => code === 0 || code >= 500 || [408, 409, 423].includes(code);

// Too much has come from this network lately, or too much at once. The server
// says for how long to wait, which may be minutes.
export const secondsToWait = (header) => Number(header) || 30;
export const heldFor = (problem, seconds) =>
  `${problem.title ?? "A lot has been uploaded from your network"}. It goes on by itself in ${inTime(seconds)}`;

// refusalIn is what an answer says of why. A proxy may answer for the server, and
// not in JSON.
export const refusalIn = async (answer) => {
  try {
    return (await answer.json()).error ?? {};
  } catch {
    return {};
  }
};
