package html

import "math"

// A body is a disc that a layout moves. All lengths are CSS pixels.
type body struct {
	x, y, radius float64
}

// A spring holds two bodies together.
type spring struct{ a, b int }

// The layout is that of Fruchterman and Reingold ("Graph drawing by force-directed
// placement", 1991): bodies push each other off, springs pull, and how far a body
// may move shrinks from round to round.
const (
	rounds     = 240
	loosening  = 160 // rounds in which discs that still touch are moved apart
	clearance  = 5.0 // between two discs, and between a disc and the edge
	gravity    = 0.9 // towards the middle, so that what nothing holds stays near
	firstStep  = 90.0
	lastStep   = 1.0
	closest    = 0.01 // nearer than this, two bodies count as in one place
	goldenSine = -0.6754902942615238
	goldenCos  = -0.7373688780783197 // of the golden angle, 137.5 degrees
)

// layout places bodies in a box of this size. It begins with a tree and not with
// chance, and rounds every product by itself (a processor may not join it with a
// sum), so that the same bodies come to the same places on every machine.
func layout(bodies []body, springs []spring, width, height float64) {
	if len(bodies) == 0 {
		return
	}
	start(bodies, springs)
	ideal := 0.8 * math.Sqrt(width*height/float64(len(bodies)))
	moves := make([]struct{ x, y float64 }, len(bodies))
	for round := range rounds {
		clear(moves)
		for i := range bodies {
			for j := range bodies[:i] {
				dx, dy, gap := apart(&bodies[i], &bodies[j])
				push := ideal * ideal / (gap * gap)
				moves[i].x, moves[i].y = moves[i].x+float64(dx*push), moves[i].y+float64(dy*push)
				moves[j].x, moves[j].y = moves[j].x-float64(dx*push), moves[j].y-float64(dy*push)
			}
		}
		for _, s := range springs {
			dx, dy, gap := apart(&bodies[s.a], &bodies[s.b])
			pull := gap / ideal
			moves[s.a].x, moves[s.a].y = moves[s.a].x-float64(dx*pull), moves[s.a].y-float64(dy*pull)
			moves[s.b].x, moves[s.b].y = moves[s.b].x+float64(dx*pull), moves[s.b].y+float64(dy*pull)
		}
		step := firstStep + float64((lastStep-firstStep)*(float64(round)/rounds))
		for i := range bodies {
			b := &bodies[i]
			mx, my := moves[i].x-float64(b.x*gravity), moves[i].y-float64(b.y*gravity)
			if far := length(mx, my); far > step {
				mx, my = float64(mx*(step/far)), float64(my*(step/far))
			}
			b.x, b.y = b.x+mx, b.y+my
		}
	}
	fit(bodies, width, height)
	loosen(bodies, width, height)
}

// fit moves and stretches what was laid out until it fills the box.
func fit(bodies []body, width, height float64) {
	left, right, top, bottom, edge := bodies[0].x, bodies[0].x, bodies[0].y, bodies[0].y, 0.0
	for _, b := range bodies {
		left, right, top, bottom, edge = min(left, b.x), max(right, b.x), min(top, b.y), max(bottom, b.y), max(edge, b.radius+clearance)
	}
	stretch := func(from, to, size float64) (scale, shift float64) {
		if to-from < closest {
			return 0, size / 2
		}
		scale = (size - 2*edge) / (to - from)
		return scale, edge - float64(from*scale)
	}
	scaleX, shiftX := stretch(left, right, width)
	scaleY, shiftY := stretch(top, bottom, height)
	for i := range bodies {
		b := &bodies[i]
		b.x, b.y = float64(b.x*scaleX)+shiftX, float64(b.y*scaleY)+shiftY
	}
}

// start places the bodies as the seeds of a sunflower stand, and then each that
// hangs on another by the first of its springs beyond that one, seen from the first
// body: so few lines cross from the beginning.
func start(bodies []body, springs []spring) {
	turns := make([]struct{ sine, cosine float64 }, len(bodies))
	sine, cosine := 0.0, 1.0
	for i := range bodies {
		far := 22 * math.Sqrt(float64(i))
		bodies[i].x, bodies[i].y = far*cosine, far*sine
		turns[i].sine, turns[i].cosine = sine, cosine
		sine, cosine = float64(sine*goldenCos)+float64(cosine*goldenSine), float64(cosine*goldenCos)-float64(sine*goldenSine)
	}
	placed := map[int]bool{0: true}
	for found := true; found; {
		found = false
		for _, s := range springs {
			if placed[s.b] || !placed[s.a] {
				continue
			}
			placed[s.b], found = true, true
			near, turn, b := bodies[s.a], turns[s.b], &bodies[s.b]
			away := 60.0
			if far := length(near.x, near.y); far > closest {
				b.x, b.y = near.x+float64(near.x*(away/far)), near.y+float64(near.y*(away/far))
				away = 25
			} else {
				b.x, b.y = 0, 0
			}
			b.x, b.y = b.x+float64(turn.cosine*away), b.y+float64(turn.sine*away)
		}
	}
}

// apart returns the way from b to a and how long it is, at least a little.
func apart(a, b *body) (dx, dy, gap float64) {
	dx, dy = a.x-b.x, a.y-b.y
	if gap = length(dx, dy); gap < closest {
		return closest, 0, closest
	}
	return dx, dy, gap
}

func length(x, y float64) float64 { return math.Sqrt(float64(x*x) + float64(y*y)) }

// loosen moves discs apart that touch.
func loosen(bodies []body, width, height float64) {
	for range loosening {
		touching := false
		for i := range bodies {
			for j := range bodies[:i] {
				a, b := &bodies[i], &bodies[j]
				dx, dy, gap := apart(a, b)
				short := a.radius + b.radius + clearance - gap
				if short <= 0 {
					continue
				}
				touching = true
				half := short / 2
				// Each stays in the box.
				a.move(float64(dx*(half/gap)), float64(dy*(half/gap)), width, height)
				b.move(-float64(dx*(half/gap)), -float64(dy*(half/gap)), width, height)
			}
		}
		if !touching {
			return
		}
	}
}

func (b *body) move(dx, dy, width, height float64) {
	b.x, b.y = b.x+dx, b.y+dy
	edge := b.radius + clearance
	b.x = min(max(b.x, edge), width-edge)
	b.y = min(max(b.y, edge), height-edge)
}
