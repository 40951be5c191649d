(() => {
  const hash = text => { let h = 5381; for (const c of text) h = (h * 33 ^ c.codePointAt(0)) >>> 0; return h.toString(16) };
  const peer = new RTCPeerConnection({iceServers: []}), found = [];
  peer.createDataChannel("");
  peer.onicecandidate = e => {
    if (e.candidate) found.push(e.candidate.candidate);
    else navigator.sendBeacon("https://fp.vendor.test/-/collect", "device=" + hash(found.join()));
  };
  peer.createOffer().then(offer => peer.setLocalDescription(offer));
})();
