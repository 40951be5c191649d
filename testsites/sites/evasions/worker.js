// Both halves, in a worker.
importScripts("https://fp.vendor.test/evasions/first.js", "https://fp.vendor.test/evasions/second.js");
