package discussion

import (
	"strings"
	"testing"
)

func TestRankingRule(t *testing.T) {
	rule := RankingRule()
	if rule.FirstComment != "1" || rule.NextComment != "0.25" || rule.Vote != "0.1" || rule.Hours() != "6" {
		t.Errorf("rule = %+v", rule)
	}
	text := strings.Join(rule.Sentences(), " ")
	for _, want := range []string{"counts 1,", "that day 0.25.", "counts 0.1.", "after 6 hours"} {
		if !strings.Contains(text, want) {
			t.Errorf("the rule does not say %q: %s", want, text)
		}
	}
}
