package signatures

import (
	"io/fs"
	"testing"
)

func embedded(t testing.TB) (core, packs fs.FS) {
	t.Helper()
	core, err := fs.Sub(coreFiles, "core")
	if err != nil {
		t.Fatal(err)
	}
	packs, err = fs.Sub(packFiles, "packs")
	if err != nil {
		t.Fatal(err)
	}
	return core, packs
}

func BenchmarkLoad(b *testing.B) {
	core, packs := embedded(b)
	for b.Loop() {
		if _, err := Load(core, packs); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLoadCore(b *testing.B) {
	core, _ := embedded(b)
	for b.Loop() {
		if _, err := Load(core, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkJudge judges the requests of both samples in turn: with every pack
// that this build holds, and with the core alone.
func BenchmarkJudge(b *testing.B) {
	core, packs := embedded(b)
	s := requestSamples(b)
	var queries []Query
	for _, r := range s.Trackers {
		queries = append(queries, Query{URL: r.URL, Type: r.Type, Page: s.Page})
	}
	for _, r := range s.Benign {
		queries = append(queries, Query{URL: r.URL, Type: r.Type, Page: s.Page})
	}
	for name, packs := range map[string]fs.FS{"packs": packs, "core": nil} {
		b.Run(name, func(b *testing.B) {
			db := load(b, core, packs)
			i := 0
			for b.Loop() {
				db.Judge(queries[i%len(queries)])
				i++
			}
		})
	}
}
