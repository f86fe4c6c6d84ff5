package story

import (
	"context"
	"time"

	"broadsheet/internal/id"
)

// held says why a wire item may not be shown at a time, or "".
func (s *Service) held(_ context.Context, _ id.ID, _ time.Time) (string, error) {
	return "", nil
}
