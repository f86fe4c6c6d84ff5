package config

import (
	"slices"
	"strings"
)

func keys(known []Setting) []string {
	all := make([]string, len(known))
	for i, s := range known {
		all[i] = s.Key
	}
	return all
}

func sections(known []Setting) []string {
	var all []string
	for _, s := range known {
		if section, _, ok := strings.Cut(s.Key, "."); ok && !slices.Contains(all, "["+section+"]") {
			all = append(all, "["+section+"]")
		}
	}
	return all
}

func isSection(known []Setting, name string) bool {
	return slices.Contains(sections(known), "["+name+"]")
}

// didYouMean returns the advice to put behind an unknown name: the known name
// that is the fewest edits away.
func didYouMean(name string, known []string) string {
	return "; did you mean " + Nearest(name, known) + "? \"broadsheet config --explain\" lists every setting"
}

// Nearest returns the known name that is the fewest edits away from name. There must be
// at least one.
func Nearest(name string, known []string) string {
	return slices.MinFunc(known, func(a, b string) int { return distance(name, a) - distance(name, b) })
}

// distance is the Levenshtein distance of a and b in bytes: how many bytes must
// be put in, taken out or replaced to make one of the other.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
