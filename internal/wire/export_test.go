package wire

// ListQuery is the query of List, for the test of its plan.
func ListQuery(f Filter) (string, []any) { return f.query() }
