package profile

import "strings"

// small are words that nearly every paragraph of a language has, and that the others here
// do not have.
var small = map[string][]string{
	"da": {"og", "ikke", "af", "til", "efter", "har", "fra", "også", "været", "siger"},
	"de": {"und", "der", "nicht", "ist", "mit", "auf", "von", "dem", "das", "auch", "wurde"},
	"el": {"και", "του", "της", "την", "στο", "από", "για", "είναι", "που", "με"},
	"en": {"the", "and", "of", "was", "said", "that", "with", "from", "which", "for", "were"},
	"es": {"los", "las", "del", "una", "por", "para", "con", "este", "fue", "más", "según"},
	"fi": {"ja", "on", "että", "ei", "mukaan", "oli", "myös", "ovat", "kun", "sanoo"},
	"fr": {"les", "des", "est", "dans", "une", "pour", "avec", "aux", "été", "selon", "qui"},
	"it": {"il", "che", "della", "nel", "sono", "gli", "è", "anche", "alla", "dopo", "stato"},
	"nb": {"og", "ikke", "av", "etter", "har", "fra", "også", "vært", "sier", "ble"},
	"nl": {"het", "een", "van", "niet", "zijn", "voor", "werd", "ook", "naar", "door"},
	"pt": {"os", "não", "uma", "com", "foi", "mais", "são", "pelo", "também", "segundo"},
	"sv": {"och", "inte", "av", "att", "är", "från", "också", "har", "säger", "som"},
}

// Limits of guessing a language.
const (
	guessed  = 2_000 // bytes of the text that are looked at
	minWords = 3     // small words that a guess takes
)

// languageOf guesses the language of a text by its small words, "" when it has too few or
// two languages are as likely.
func languageOf(text string) string {
	have := map[string]int{}
	for w := range strings.FieldsSeq(strings.ToLower(text[:min(len(text), guessed)])) {
		have[strings.Trim(w, ".,;:!?\"'()“”„»«")]++
	}
	best, most, second := "", 0, 0
	for _, lang := range names(small) {
		score := 0
		for _, w := range small[lang] {
			score += have[w]
		}
		switch {
		case score > most:
			best, most, second = lang, score, most
		case score > second:
			second = score
		}
	}
	if most < minWords || most == second {
		return ""
	}
	return best
}
