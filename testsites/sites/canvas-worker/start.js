new Worker("/worker.js");
