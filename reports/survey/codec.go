package survey

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// Encoded facts are one byte of version and a zstd frame of JSON.
const codecVersion = 1

// maxFacts is how large facts may become when they are read, in bytes. Reduce makes
// them much smaller; a store may hold what others wrote.
const maxFacts = 8 << 20

// EncodeFacts packs the facts of a visit. The same facts give the same bytes.
func EncodeFacts(f *Facts) ([]byte, error) {
	text, err := json.Marshal(f)
	if err != nil {
		return nil, fmt.Errorf("survey: encode facts: %w", err)
	}
	// One goroutine, so that the same text is packed the same way.
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedBetterCompression))
	if err != nil {
		return nil, fmt.Errorf("survey: encode facts: %w", err)
	}
	defer enc.Close() //nolint:errcheck // It writes to memory alone.
	return enc.EncodeAll(text, []byte{codecVersion}), nil
}

// A Decoder unpacks facts. It is not safe for several goroutines at a time, and is
// worth keeping where many facts are read.
type Decoder struct {
	zstd *zstd.Decoder
	text []byte
}

// NewDecoder returns a decoder. Close gives back what it holds.
func NewDecoder() (*Decoder, error) {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxFacts), zstd.WithDecoderLowmem(true))
	if err != nil {
		return nil, fmt.Errorf("survey: decode facts: %w", err)
	}
	return &Decoder{zstd: d}, nil
}

// Close ends the use of the decoder.
func (d *Decoder) Close() { d.zstd.Close() }

// Decode unpacks the facts of a visit.
func (d *Decoder) Decode(data []byte) (*Facts, error) {
	if len(data) == 0 {
		return nil, errors.New("survey: decode facts: there are none")
	}
	if data[0] != codecVersion {
		return nil, fmt.Errorf("survey: decode facts: version %d is not known; a newer spoor made them", data[0])
	}
	text, err := d.zstd.DecodeAll(data[1:], d.text[:0])
	if err != nil {
		return nil, fmt.Errorf("survey: decode facts: %w", err)
	}
	if cap(text) <= maxKept {
		d.text = text
	}
	f := new(Facts)
	if err := json.Unmarshal(text, f); err != nil {
		return nil, fmt.Errorf("survey: decode facts: %w", err)
	}
	if f.Format != FactsFormat {
		return nil, fmt.Errorf("survey: decode facts: the format is %q, not %q", f.Format, FactsFormat)
	}
	return f, nil
}

// maxKept is how large a buffer a decoder keeps.
const maxKept = 1 << 20

// DecodeFacts unpacks the facts of one visit.
func DecodeFacts(data []byte) (*Facts, error) {
	d, err := NewDecoder()
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return d.Decode(data)
}
