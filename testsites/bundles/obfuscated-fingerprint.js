// Recognises the device by picture, sound, and settings, and sends the result off.
const parts = [];
const canvas = document.createElement("canvas");
canvas.width = 260;
canvas.height = 70;
const pen = canvas.getContext("2d");
pen.textBaseline = "alphabetic";
pen.fillStyle = "#f60";
pen.fillRect(100, 1, 62, 20);
pen.fillStyle = "#069";
pen.font = "11pt no-real-font-123";
pen.fillText("Cwm fjordbank glyphs vext quiz, \ud83d\ude03", 2, 15);
pen.fillStyle = "rgba(102, 204, 0, 0.2)";
pen.font = "18pt Arial";
pen.fillText("Cwm fjordbank glyphs vext quiz, \ud83d\ude03", 4, 45);
parts.push(canvas.toDataURL());

for (const name of ["userAgent", "platform", "languages", "hardwareConcurrency", "deviceMemory", "vendor", "maxTouchPoints", "productSub"]) parts.push(navigator[name]);
for (const name of ["width", "height", "availWidth", "availHeight", "availLeft", "colorDepth"]) parts.push(screen[name]);
parts.push(Intl.DateTimeFormat().resolvedOptions().timeZone, new Date().getTimezoneOffset(), [...navigator.plugins].map(p => p.name));

const sound = new OfflineAudioContext(1, 5000, 44100);
const tone = sound.createOscillator();
const press = sound.createDynamicsCompressor();
tone.type = "triangle";
tone.frequency.value = 10000;
tone.connect(press);
press.connect(sound.destination);
tone.start(0);
sound.startRendering().then(done => {
  const samples = done.getChannelData(0);
  let sum = 0;
  for (let i = 4500; i < 5000; i++) sum += Math.abs(samples[i]);
  parts.push(sum);
  let hash = 5381;
  for (const c of JSON.stringify(parts)) hash = (33 * hash ^ c.charCodeAt(0)) >>> 0;
  navigator.sendBeacon("https://fp.vendor.test/-/collect", "d=" + hash);
});
