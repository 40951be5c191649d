// An audio worklet has no canvas; the auditor must let it run and say that it was there.
registerProcessor("marker", class extends AudioWorkletProcessor { process() { return false } });
