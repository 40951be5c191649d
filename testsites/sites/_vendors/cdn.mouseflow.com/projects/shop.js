// Like Mouseflow on a visit that it has not chosen to record.
window.mouseflow = {websiteId: "shop", isRecording: () => false};
