package discover

import (
	"math/bits"
	"math/rand/v2"
)

// pcgStream is the second half of the generator's seed, a constant: the user
// gives only the first.
const pcgStream = 0x73706f6f72 // "spoor"

// shuffle brings a list into an order that the seed decides, by the method of
// Fisher and Yates (Durstenfeld, Algorithm 235, 1964). Only the raw output of
// PCG is used, whose values are specified: the helper functions of math/rand
// may give other values in later versions of Go, and a sample must be
// repeatable for years.
func shuffle[T any](list []T, seed int64) {
	pcg := rand.NewPCG(uint64(seed), pcgStream) //nolint:gosec // All bits of the seed count, the sign too.
	for i := len(list) - 1; i > 0; i-- {
		j := below(pcg, uint64(i)+1)
		list[i], list[j] = list[j], list[i]
	}
}

// below returns a number from 0 to n-1, each equally likely (Lemire, "Fast
// Random Integer Generation in an Interval", 2019).
func below(pcg *rand.PCG, n uint64) uint64 {
	for {
		high, low := bits.Mul64(pcg.Uint64(), n)
		if low >= n || low >= -n%n {
			return high
		}
	}
}
