package rights

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// territoryNames lists what agencies limit their use to, each with the names under which
// it is found, in lower case.
var territoryNames = map[string][]string{
	"Argentina":              {"argentina", "argentinien", "argentine"},
	"Australia":              {"australia", "australien", "australie", "aus"}, //nolint:misspell // German
	"Austria":                {"austria", "österreich", "autriche"},
	"Belgium":                {"belgium", "belgien", "belgique", "bélgica"},
	"Brazil":                 {"brazil", "brasil", "brasilien", "brésil"},
	"Canada":                 {"canada", "kanada", "canadá"},
	"Chile":                  {"chile", "chili"},
	"China":                  {"china", "chine"},
	"Colombia":               {"colombia", "kolumbien", "colombie"},
	"Czech Republic":         {"czech republic", "czechia", "tschechien", "république tchèque", "república checa"},
	"Denmark":                {"denmark", "dänemark", "danemark", "dinamarca"},
	"Finland":                {"finland", "finnland", "finlande", "finlandia"},
	"France":                 {"france", "frankreich", "francia"},
	"Germany":                {"germany", "deutschland", "allemagne", "alemania", "ger"},
	"Greece":                 {"greece", "griechenland", "grèce", "grecia"},
	"Hungary":                {"hungary", "ungarn", "hongrie", "hungría"},
	"India":                  {"india", "indien", "inde"},
	"Ireland":                {"ireland", "irland", "irlande", "irlanda", "republic of ireland"},
	"Israel":                 {"israel", "israël"},
	"Italy":                  {"italy", "italien", "italie", "italia", "ita"},
	"Japan":                  {"japan", "japon", "japón", "jpn"},
	"Mexico":                 {"mexico", "mexiko", "mexique", "méxico"},
	"Netherlands":            {"netherlands", "the netherlands", "holland", "niederlande", "niederlanden", "pays-bas", "países bajos", "ned"},
	"New Zealand":            {"new zealand", "neuseeland", "nouvelle-zélande", "nueva zelanda", "nzl"},
	"Norway":                 {"norway", "norwegen", "norvège", "noruega", "nor"},
	"Poland":                 {"poland", "polen", "pologne", "polonia"},
	"Portugal":               {"portugal"},
	"Russia":                 {"russia", "russland", "russie", "rusia", "cis"},
	"South Africa":           {"south africa", "südafrika", "afrique du sud", "sudáfrica"},
	"South Korea":            {"south korea", "korea", "südkorea", "corée du sud", "corea del sur"},
	"Spain":                  {"spain", "spanien", "espagne", "españa", "esp"},
	"Sweden":                 {"sweden", "schweden", "suède", "suecia", "swe"},
	"Switzerland":            {"switzerland", "schweiz", "suisse", "suiza", "sui"},
	"Taiwan":                 {"taiwan", "taiwán"},
	"Turkey":                 {"turkey", "türkiye", "türkei", "turquie", "turquía"},
	"Ukraine":                {"ukraine", "ucrania"},
	"United Kingdom":         {"united kingdom", "uk", "u.k.", "u.k", "great britain", "britain", "großbritannien", "royaume-uni", "reino unido", "gbr"},
	"United States":          {"united states", "united states of america", "us", "u.s.", "u.s", "usa", "u.s.a.", "vereinigte staaten", "états-unis", "estados unidos", "ee.uu."},
	"Africa":                 {"africa", "afrika", "afrique", "áfrica"},
	"Asia":                   {"asia", "asien", "asie"},
	"Benelux":                {"benelux"},
	"Europe":                 {"europe", "europa"},
	"European Union":         {"european union", "eu", "europäische union", "europäischen union", "union européenne", "unión europea"},
	"German-speaking Europe": {"german-speaking countries", "dach", "gsa"},
	"Latin America":          {"latin america", "lateinamerika", "amérique latine", "américa latina", "latinoamérica", "latam"},
	"Middle East":            {"middle east", "naher osten", "moyen-orient", "oriente medio"},
	"North America":          {"north america", "nordamerika", "amérique du nord", "norteamérica", "américa del norte"},
	"Scandinavia":            {"scandinavia", "skandinavien", "scandinavie", "escandinavia"},
}

// byName is territoryNames the other way round.
var byName = func() map[string]string {
	m := map[string]string{}
	for name, all := range territoryNames {
		for _, n := range all {
			m[n] = name
		}
	}
	return m
}()

var listBreak = regexp.MustCompile(`(?i)\s*(?:,|/|&|\s(?:and|or|und|oder|et|ou|y|o)\s)\s*`)

// territories reads a list of names. All must be known: a list that is half understood
// says the wrong thing.
func territories(s string) (names []string, ok bool) {
	for _, part := range listBreak.Split(s, -1) {
		part = strings.ToLower(strings.TrimSpace(part))
		for _, article := range []string{"the ", "der ", "die ", "den ", "la ", "le ", "les ", "los "} {
			part = strings.TrimPrefix(part, article)
		}
		if part == "" {
			continue
		}
		name, known := byName[part]
		if !known {
			return nil, false
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names), len(names) > 0
}

// months by the beginning of their names in four languages.
var months = map[string]time.Month{
	"january": 1, "jan": 1, "januar": 1, "jänner": 1, "janvier": 1, "janv": 1, "enero": 1, "ene": 1,
	"february": 2, "feb": 2, "februar": 2, "février": 2, "févr": 2, "febrero": 2,
	"march": 3, "mar": 3, "märz": 3, "mars": 3, "marzo": 3,
	"april": 4, "apr": 4, "avril": 4, "avr": 4, "abril": 4, "abr": 4,
	"may": 5, "mai": 5, "mayo": 5,
	"june": 6, "jun": 6, "juni": 6, "juin": 6, "junio": 6,
	"july": 7, "jul": 7, "juli": 7, "juillet": 7, "juil": 7, "julio": 7,
	"august": 8, "aug": 8, "août": 8, "agosto": 8, "ago": 8,
	"september": 9, "sep": 9, "sept": 9, "septembre": 9, "septiembre": 9,
	"october": 10, "oct": 10, "okt": 10, "oktober": 10, "octobre": 10, "octubre": 10,
	"november": 11, "nov": 11, "novembre": 11, "noviembre": 11,
	"december": 12, "dec": 12, "dez": 12, "dezember": 12, "décembre": 12, "déc": 12, "diciembre": 12, "dic": 12,
}

var (
	isoDate    = regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})$`)
	dottedDate = regexp.MustCompile(`^(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})$`)
	slashDate  = regexp.MustCompile(`^(\d{1,2})/(\d{1,2})/(\d{4})$`)
	dayFirst   = regexp.MustCompile(`^(\d{1,2})(?:\.|st|nd|rd|th|er)?(?: of| de)? ([\p{L}]+)\.?,?(?: de| del)? (\d{4})$`)
	monthFirst = regexp.MustCompile(`^([\p{L}]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$`)
)

// parseDate returns the end of a day, at midnight UTC, or a moment that is given with
// its zone. A day that can be read in two ways is not read.
func parseDate(s string) (time.Time, bool) {
	s = strings.ToLower(strings.Trim(s, " .,"))
	if t, err := time.Parse(time.RFC3339, strings.ToUpper(s)); err == nil {
		return t.UTC(), inReach(t)
	}
	var day, month, year string
	if m := isoDate.FindStringSubmatch(s); m != nil {
		year, month, day = m[1], m[2], m[3]
	} else if m := dottedDate.FindStringSubmatch(s); m != nil {
		day, month, year = m[1], m[2], m[3]
	} else if m := slashDate.FindStringSubmatch(s); m != nil {
		return slashed(m)
	} else if m := dayFirst.FindStringSubmatch(s); m != nil {
		day, month, year = m[1], strconv.Itoa(int(months[m[2]])), m[3]
	} else if m := monthFirst.FindStringSubmatch(s); m != nil {
		day, month, year = m[2], strconv.Itoa(int(months[m[1]])), m[3]
	}
	return endOf(year, month, day)
}

func slashed(m []string) (time.Time, bool) {
	a, errA := strconv.Atoi(m[1])
	b, errB := strconv.Atoi(m[2])
	switch {
	case errA != nil || errB != nil:
		return time.Time{}, false
	case a > 12 || a == b:
		return endOf(m[3], m[2], m[1])
	case b > 12:
		return endOf(m[3], m[1], m[2])
	}
	return time.Time{}, false
}

func endOf(year, month, day string) (time.Time, bool) {
	y, errY := strconv.Atoi(year)
	m, errM := strconv.Atoi(month)
	d, errD := strconv.Atoi(day)
	if errY != nil || errM != nil || errD != nil || m < 1 || m > 12 || d < 1 {
		return time.Time{}, false
	}
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if t.Day() != d { // 31 June
		return time.Time{}, false
	}
	return t.AddDate(0, 0, 1), inReach(t)
}

// inReach keeps out years that nobody can have meant.
func inReach(t time.Time) bool { return t.Year() >= 1990 && t.Year() < 2200 }
