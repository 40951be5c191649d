// Reads the other company's identifier, and sends it home over a line, in pieces
// of JSON inside of text.
const uid = document.cookie.match(/_ads_uid=([^;]+)/)[1];
const line = new WebSocket("wss://live.partner.example/-/socket");
line.onopen = () => line.send("42" + JSON.stringify(["id", {ext: {ads: encodeURIComponent(uid)}}]));
