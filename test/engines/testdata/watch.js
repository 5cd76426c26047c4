// Tells the test what goes wrong in a page; see front_test.go.
{
  const tell = (text) => navigator.sendBeacon("/engines-problem", text);
  // The browser's own transitions between pages give up loudly when the next
  // page is there too soon.
  const harmless = (error) => /transition/i.test(String(error)) && ["AbortError", "InvalidStateError", "TimeoutError"].includes(error?.name);
  addEventListener("error", (event) => {
    if (event instanceof ErrorEvent) tell(`script error: ${event.message}`);
    else tell(`does not load: ${event.target.src ?? event.target.href}`);
  }, true);
  addEventListener("unhandledrejection", (event) => {
    if (!harmless(event.reason)) tell(`script error: ${event.reason}`);
  });
  document.addEventListener("securitypolicyviolation", (event) => tell(`content policy: ${event.violatedDirective} forbids ${event.blockedURI}`));
  for (const level of ["error", "warn"]) {
    const own = console[level];
    console[level] = (...parts) => {
      tell(`on the console: ${parts.join(" ")}`);
      own.apply(console, parts);
    };
  }
}
