(() => {
  const hash = text => { let h = 5381; for (const c of text) h = (h * 33 ^ c.codePointAt(0)) >>> 0; return h.toString(16) };
  const audio = new OfflineAudioContext(1, 5000, 44100);
  const tone = audio.createOscillator(), press = audio.createDynamicsCompressor();
  tone.type = "triangle";
  tone.frequency.value = 10000;
  press.threshold.value = -50;
  press.knee.value = 40;
  press.ratio.value = 12;
  press.attack.value = 0;
  press.release.value = 0.25;
  tone.connect(press);
  press.connect(audio.destination);
  tone.start(0);
  audio.startRendering().then(buffer => {
    let sum = 0;
    for (const sample of buffer.getChannelData(0).slice(4500)) sum += Math.abs(sample);
    navigator.sendBeacon("https://fp.vendor.test/-/collect", "device=" + hash(String(sum)));
  });
})();
