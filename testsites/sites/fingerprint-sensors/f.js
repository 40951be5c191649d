(() => {
  const hash = text => { let h = 5381; for (const c of text) h = (h * 33 ^ c.codePointAt(0)) >>> 0; return h.toString(16) };
  const values = [];
  addEventListener("devicemotion", e => values.push(e.acceleration && e.acceleration.x));
  addEventListener("deviceorientation", e => values.push(e.alpha, e.beta, e.gamma));
  for (const kind of ["Accelerometer", "Gyroscope", "Magnetometer", "AbsoluteOrientationSensor", "RelativeOrientationSensor"]) {
    if (!(kind in window)) continue;
    try {
      const sensor = new window[kind]({frequency: 10});
      sensor.onreading = () => values.push(sensor.x, sensor.y);
      sensor.onerror = () => {};
      sensor.start();
    } catch { values.push(kind) }
  }
  setTimeout(() => { navigator.sendBeacon("https://fp.vendor.test/-/collect", "device=" + hash(values.join())); }, 1000);
})();
