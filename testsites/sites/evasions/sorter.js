onmessage = e => postMessage(e.data.sort());
