package pipeline

import (
	"context"

	"github.com/spoor-audit/spoor/evidence"
)

// AddNames is addNames.
func (p *Pipeline) AddNames(ctx context.Context, v *evidence.Visit, plan *Plan) error {
	return p.addNames(ctx, v, plan)
}
