package discussion

import (
	"strconv"
	"time"
)

// A Rule is the rule of the ranking in figures, for the page that explains it.
type Rule struct {
	HalfLife     time.Duration
	FirstComment string // what a person's first visible comment on a story that day counts, as "1.00"
	NextComment  string // each further one
	Vote         string
}

// RankingRule returns the rule by which this program ranks, not a copy of it.
func RankingRule() Rule {
	return Rule{HalfLife: HalfLife, FirstComment: hundredths(FirstComment), NextComment: hundredths(NextComment), Vote: hundredths(VoteWeight)}
}

// Hours returns the half-life in hours.
func (r Rule) Hours() string { return strconv.FormatFloat(r.HalfLife.Hours(), 'f', -1, 64) }

func hundredths(n int) string { return strconv.FormatFloat(float64(n)/100, 'f', 2, 64) }
