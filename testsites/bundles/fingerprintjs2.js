// Fingerprint2, the older library that many sites still carry.
import Fingerprint2 from "fingerprintjs2";

setTimeout(() => Fingerprint2.get(parts => {
  const visitor = Fingerprint2.x64hash128(parts.map(part => part.value).join(""), 31);
  navigator.sendBeacon("https://fp.vendor.test/-/collect", "visitor=" + visitor);
}), 100);
