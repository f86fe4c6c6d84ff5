package discussion

import "testing"

func TestRankingRule(t *testing.T) {
	want := Rule{HalfLife: HalfLife, FirstComment: "1.00", NextComment: "0.25", Vote: "0.10"}
	if rule := RankingRule(); rule != want || rule.Hours() != "6" {
		t.Errorf("rule = %+v, %s hours", rule, rule.Hours())
	}
}
