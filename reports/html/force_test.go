package html

import (
	"math"
	"testing"
)

// star is a page with companies, some of which bring in others.
func star(n int) ([]body, []spring) {
	bodies := make([]body, n+1)
	bodies[0] = body{radius: pageDisc}
	var springs []spring
	for i := 1; i <= n; i++ {
		bodies[i].radius = float64(5 + i%16)
		from := 0
		if i > 10 && i%3 > 0 {
			from = 1 + i%7
		}
		springs = append(springs, spring{from, i})
	}
	return bodies, springs
}

// However many there are, no disc lies on another or outside the drawing, and the
// same bodies come to the same places.
func TestLayout(t *testing.T) {
	for _, n := range []int{0, 1, 2, 7, 40, maxWeb} {
		bodies, springs := star(n)
		layout(bodies, springs, webWidth, webHeight)
		again, _ := star(n)
		layout(again, springs, webWidth, webHeight)
		for i, b := range bodies {
			if b != again[i] {
				t.Fatalf("%d bodies: body %d came to %v and then to %v", n, i, b, again[i])
			}
			if !(b.x >= b.radius && b.y >= b.radius && b.x <= webWidth-b.radius && b.y <= webHeight-b.radius) {
				t.Errorf("%d bodies: body %d is outside, at %v", n, i, b)
			}
			for j := range i {
				o := bodies[j]
				if gap := math.Hypot(b.x-o.x, b.y-o.y) - b.radius - o.radius; gap < 0 {
					t.Errorf("%d bodies: %d and %d overlap by %.1f", n, i, j, -gap)
				}
			}
		}
	}
	layout(nil, nil, webWidth, webHeight)
}

// What one company brings in stands nearer to it than to another that it has
// nothing to do with.
func TestLayoutShowsWhoBelongsTogether(t *testing.T) {
	bodies := make([]body, 13)
	var springs []spring
	for i := range bodies {
		bodies[i].radius = 8
	}
	springs = append(springs, spring{0, 1}, spring{0, 2})
	for i := 3; i < 13; i++ {
		springs = append(springs, spring{1 + i%2, i})
	}
	layout(bodies, springs, webWidth, webHeight)
	for i := 3; i < 13; i++ {
		own, other := bodies[1+i%2], bodies[2-i%2]
		if math.Hypot(bodies[i].x-own.x, bodies[i].y-own.y) >= math.Hypot(bodies[i].x-other.x, bodies[i].y-other.y) {
			t.Errorf("body %d stands nearer to a stranger", i)
		}
	}
}
