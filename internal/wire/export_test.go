package wire

// ListQuery is the query of List, for the test of its plan.
func ListQuery(f Filter) (string, []any) { return f.query() }

// FindQuery is the query of looking for relatives, for the test of its plan.
var FindQuery = findQuery

// LeaveAlone makes a service that looks for no families.
func (s *Service) LeaveAlone() { s.alone = true }
