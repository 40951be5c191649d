{ const c = new OffscreenCanvas(60, 20), d = c.getContext('2d'); d.fillText('marker-race-worker-service', 2, 12); c.convertToBlob(); fetch('https://race.test/-/collect?ran=race-worker-service') }
