package rights

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A rule is a phrase. take, where there is one, takes in what its groups hold, and says
// whether it could.
type rule struct {
	right   Right
	pattern *regexp.Regexp
	take    func(t *Terms, groups []string) bool
}

func say(r Right, alternatives ...string) rule {
	pattern := start(strings.Join(alternatives, "|"))
	pattern.Longest()
	return rule{right: r, pattern: pattern}
}

func start(s string) *regexp.Regexp { return regexp.MustCompile(`(?i)^(?:` + s + `)`) }

// maxDays bounds "within N days": above it, it is no such limit.
const maxDays = 3650

const (
	quoted = `\s*:?\s*["“„«]?([^"”“»]{2,200}?)["”“»]?\s*$`
	date   = `(.{6,40}?)`
)

// places is a list of territories that are known.
var places = func() string {
	var all []string
	for name := range byName {
		all = append(all, regexp.QuoteMeta(name))
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) }) // "us" must not hide "usa"
	one := `(?:(?:the|der|die|den|la|le|les|los) )?(?:` + strings.Join(all, "|") + `)`
	return `(` + one + `(?:` + listBreak.String()[len(`(?i)`):] + one + `)*)`
}()

// rules are phrases as agencies print them, of every language together: an agency's
// terms are often in another one than its text.
var rules = []rule{
	say(EditorialOnly, `(?:for |restricted to )?editorial use only`, `editorial only`, `restricted to editorial use`, `for editorial (?:use|purposes)(?: only)?`,
		`(?:nur|ausschließlich) (?:zur|für) (?:die )?redaktionelle[nr]? (?:verwendung|nutzung|zwecke)`, `nur redaktionelle (?:verwendung|nutzung)`,
		`redaktionelle (?:verwendung|nutzung)`, `usage éditorial (?:uniquement|exclusif|seulement)`, `(?:réservé à un )?usage éditorial`,
		`solo (?:para )?uso editorial`, `uso (?:exclusivamente )?editorial(?: solamente| exclusivo)?`),
	say(NoArchive, `no archiv(?:e|es|ing|al use)`, `not? to be archived`, `not for archive`, `do not archive`, `may not be archived`,
		`keine archivierung`, `nicht archivieren`, `keine archivnutzung`, `archivierung (?:untersagt|verboten)`,
		`pas d['’]archiv(?:es?|age)`, `archivage interdit`, `sans archivage`, `no archivar`, `sin archivo`, `prohibido (?:su archivo|archivar)`),
	say(NoSocial, `no social(?: media)?(?: use)?`, `not (?:for|on) social (?:media|networks)`, `not for use on social media`,
		`keine (?:nutzung in )?soziale[nr]? (?:medien|netzwerke[n]?)`, `nicht (?:für|in) soziale[n]? (?:medien|netzwerke[n]?)`,
		`pas de réseaux sociaux`, `pas sur les réseaux sociaux`, `réseaux sociaux interdits`,
		`no (?:usar )?en redes sociales`, `sin redes sociales`, `prohibid[oa] (?:su uso )?en redes sociales`),
	say(NoSales, `no (?:re)?sales?`, `not for (?:re)?sale`, `no syndication`, `no third[- ]part(?:y|ies)(?: sales?| use)?`, `no commercial (?:use|sales)`, `no merchandising`,
		`keine weitergabe(?: an dritte)?`, `kein weiterverkauf`, `kein verkauf`, `keine kommerzielle nutzung`,
		`pas de (?:re)?vente`, `revente interdite`, `no (?:re)?ventas`, `prohibida (?:su|la) (?:re)?venta`),
	say(NoAdvertising, `no advertising(?: campaigns?)?`, `not for advertising(?: use)?`, `no marketing`, `no marketing,? no advertising(?: campaigns?)?`,
		`keine werbung`, `nicht für werbung`, `pas de publicité`, `publicité interdite`, `no publicidad`, `sin publicidad`),
	say(NoAlteration, `no (?:alterations?|cropping|modifications?)`, `(?:must|may|do) not (?:be )?(?:crop|alter|cropped|altered|modified)`, `no crop`,
		`nicht (?:beschneiden|verändern)`, `keine veränderung(?:en)?`, `ne pas (?:recadrer|modifier)`, `no (?:recortar|modificar)`),
	say(OneTime, `(?:for )?(?:one[- ]time|single|one[- ]off) (?:use|usage|publication)(?: only)?`, `einmalige (?:verwendung|nutzung|veröffentlichung)`,
		`nur (?:zur|für) einmalige[nr]? (?:verwendung|nutzung|veröffentlichung)`, `usage unique`, `utilisation unique`, `uso único`, `(?:para )?un solo uso`),
	say(OnlineOnly, `online(?: use)? only`, `(?:for )?(?:web|digital|internet) (?:use )?only`, `nur online`, `nur für (?:online|das internet)(?:-nutzung)?`,
		`(?:en ligne|web|internet) (?:uniquement|seulement)`, `solo (?:en línea|web|internet|digital|para internet)`),
	say(PrintOnly, `print(?: use)? only`, `(?:for )?print(?: use)? only`, `newspapers only`, `nur (?:für )?(?:print|printmedien)`, `nur gedruckt`,
		`(?:presse écrite|papier|imprimé) (?:uniquement|seulement)`, `solo (?:impreso|prensa escrita|papel)`),
	say(NoOnline, `no (?:online|internet|web)(?: use)?`, `no use online`, `not for (?:online|internet|web)(?: use)?`, `internet out`,
		`kein(?:e)? (?:online|internet)(?:[- ]?nutzung)?`, `nicht (?:für )?online`, `pas d['’]internet`, `internet interdit`, `no (?:usar en )?internet`),
	say(NoTelevision, `no (?:tv|television|broadcast)(?: use)?`, `not for (?:tv|television|broadcast)`, `kein tv`, `kein fernsehen`, `pas de télévision`, `no televisión`),
	say(NoMobile, `no mobile(?: use| phones?)?`, `not for mobile(?: use)?`, `keine mobile nutzung`, `pas de mobile`, `no móviles`),
	say(SubscribersOnly, `(?:for )?subscribers? only`, `behind (?:a )?paywall only`, `nur für abonnenten`, `(?:réservé aux )?abonnés(?: uniquement)?`, `solo (?:para )?suscriptores`),

	{CreditRequired, start(`(?:mandatory|compulsory) (?:credit|by-?line)` + quoted), credit},
	{CreditRequired, start(`(?:must|please) (?:be )?credit(?:ed)?(?: to| as)?` + quoted), credit},
	{CreditRequired, start(`(?:urheber(?:vermerk|nennung)|nennung|quellenangabe|bildnachweis)(?: ist)? (?:pflicht|erforderlich|obligatorisch)` + quoted), credit},
	{CreditRequired, start(`(?:nur )?mit (?:vollständiger )?(?:nennung|urhebernennung|urhebervermerk)(?: von)?` + quoted), credit},
	{CreditRequired, start(`(?:crédit|mention) obligatoire` + quoted), credit},
	{CreditRequired, start(`crédito obligatorio` + quoted), credit},
	say(CreditRequired, `(?:mandatory|compulsory) (?:credit|by-?line)`, `credit (?:is )?(?:required|mandatory|obligatory)`, `must (?:be )?credit(?:ed)?`,
		`(?:urheber(?:vermerk|nennung)|quellenangabe|bildnachweis|nennung)(?: ist)? (?:pflicht|erforderlich|obligatorisch)`,
		`(?:crédit|mention) obligatoire`, `crédito obligatorio`, `citar (?:la )?fuente`),

	{Territory, start(`(?:not (?:for (?:use|sale|publication) )?(?:in|within)|no (?:use|sales?|publication) (?:in )?|except(?: in| for)?|excluding|outside of|out:?) ?(?:the )?` + places), except},
	{Territory, start(places + ` (?:out|excluded|verboten|gesperrt|exclue?s?|interdite?|excluid[oa]s?)`), except},
	{Territory, start(`(?:nicht (?:in|für)|keine (?:nutzung|verwendung|veröffentlichung) in|außer(?: in)?|ohne) (?:der |den |die )?` + places), except},
	{Territory, start(`(?:sauf(?: en| au| aux)?|hors|interdit (?:en|au|aux)|pas (?:en|au|aux)) (?:la |le |les )?` + places), except},
	{Territory, start(`(?:excepto(?: en)?|salvo(?: en)?|no (?:usar|publicar) en|prohibid[oa] en) ` + places), except},
	{Territory, start(`(?:(?:for )?(?:use|sale|publication) only in|only (?:for (?:use|sale|publication) )?in|(?:use )?(?:restricted|limited) to|(?:for )?use in|exclusively in) (?:the )?` + places + `(?: only)?`), only},
	{Territory, start(places + ` (?:only|uniquement|seulement|solamente|exclusiv(?:ely)?)`), only},
	{Territory, start(`(?:nur (?:in|für)|ausschließlich in) (?:der |den |die )?` + places), only},
	{Territory, start(`(?:uniquement|seulement|exclusivement) (?:en|au|aux|pour) (?:la |le |les )?` + places), only},
	{Territory, start(`(?:solo|sólo|únicamente|exclusivamente) (?:en|para) ` + places), only},

	{Until, start(`(?:(?:may be used|valid|usable|for use|use|available|licen[sc]ed) )?(?:only )?(?:until|till|through|up to|not after|no later than)(?: and including)? ` + date + `(?: only)?$`), until},
	{Until, start(`(?:no (?:use|usage|publication)|not to be used|do not use|not for use|may not be used) after ` + date + `$`), until},
	{Until, start(`(?:expires?|expiry(?: date)?|usage ends|license ends)(?: on| at)?:? ` + date + `$`), until},
	{Until, start(`(?:(?:nutzung|verwendung|verwendbar|frei|gültig) )?(?:nur )?bis(?: zum| einschließlich)? ` + date + `$`), until},
	{Until, start(`(?:keine (?:nutzung|verwendung)|nicht) nach (?:dem )?` + date + `$`), until},
	{Until, start(`(?:(?:utilisable|valable|usage|utilisation) )?jusqu['’]au ` + date + `$`), until},
	{Until, start(`ne pas utiliser après le ` + date + `$`), until},
	{Until, start(`(?:(?:uso|válido|utilizable) )?(?:solo )?hasta el ` + date + `$`), until},
	{Until, start(`no (?:usar|utilizar) después del ` + date + `$`), until},
	{Within, start(`(?:(?:must|to) be (?:used|published)|(?:for )?use(?: only)?|usable|nutzung|nur|utilisable|uso)? ?(?:only )?(?:within|for|innerhalb von|pendant|durante|dans les) (\d{1,4}) (?:days?|tagen?|jours?|días)(?: (?:of|from|after) (?:transmission|publication|release|receipt))?(?: only)?`), within},
}

// credit takes in the name that must be printed.
func credit(t *Terms, groups []string) bool {
	t.Credit = strings.Trim(strings.TrimSpace(groups[0]), `"”“»:,. `)
	return t.Credit != "" && !strings.Contains(t.Credit, ",")
}

func except(t *Terms, groups []string) bool {
	names, ok := territories(groups[0])
	for _, n := range names {
		t.Except = appendNew(t.Except, n)
	}
	return ok
}

func only(t *Terms, groups []string) bool {
	names, ok := territories(groups[0])
	for _, n := range names {
		t.Only = appendNew(t.Only, n)
	}
	return ok
}

func until(t *Terms, groups []string) bool {
	end, ok := parseDate(strings.TrimSpace(groups[0]))
	if ok && (t.Until.IsZero() || end.Before(t.Until)) { // of two the earlier counts
		t.Until = end
	}
	return ok
}

func within(t *Terms, groups []string) bool {
	n, err := strconv.Atoi(groups[0])
	if err != nil || n < 1 || n > maxDays {
		return false
	}
	if t.Days == 0 || n < t.Days {
		t.Days = n
	}
	return true
}
