package discussion

import (
	"fmt"
	"strconv"
	"time"
)

// A Rule is the rule of the ranking in figures, for the page that explains it.
type Rule struct {
	HalfLife     time.Duration
	FirstComment string // what a person's first visible comment on a story that day counts, as "1"
	NextComment  string // each further one
	Vote         string
}

// RankingRule returns the rule by which this program ranks, not a copy of it.
func RankingRule() Rule {
	return Rule{HalfLife: HalfLife, FirstComment: hundredths(FirstComment), NextComment: hundredths(NextComment), Vote: hundredths(VoteWeight)}
}

// Hours returns the half-life in hours.
func (r Rule) Hours() string { return strconv.FormatFloat(r.HalfLife.Hours(), 'f', -1, 64) }

// Sentences says the rule in words, a sentence each.
func (r Rule) Sentences() []string {
	return []string{
		fmt.Sprintf("The first comment that a person makes under a story on a day counts %s, every further one that day %s.", r.FirstComment, r.NextComment),
		fmt.Sprintf("A vote for the discussion, or for a comment in it, counts %s.", r.Vote),
		fmt.Sprintf("What counts is worth half as much after %s hours, a quarter after twice that, and so on.", r.Hours()),
		"Comments and votes by our own staff count nothing, and nobody can vote for a comment of their own.",
		"A comment that is removed no longer counts, and neither do the votes for it; a vote that is taken back no longer counts.",
		"The figures shown are all votes and all comments, of any age.",
	}
}

func hundredths(n int) string { return strconv.FormatFloat(float64(n)/100, 'f', -1, 64) }
