package newsmlg2

import "strings"

// iptcSchemes are the vocabularies of IPTC's standard catalog for NewsML-G2, by
// prefix, as the last part of http://cv.iptc.org/newscodes/…/. Those made only for
// NewsML 1 are left out: agencies use some of their prefixes for lists of their own.
//
// Source: catalog.IPTC-G2-Standards_41.
var iptcSchemes = map[string]string{
	"acdc": "audiocodec", "altidrole": "altidrole", "aoprop": "aoproperty", "app": "application",
	"aspfacet": "asportfacet", "aspfacetvalue": "asportfacetvalue", "authoritystatus": "authoritystatus",
	"catinat": "catinature", "cinat": "cinature", "ciprol": "contactinfopartrole", "colin": "colourindicator",
	"colsp": "colorspace", "cpnat": "cpnature", "cpprole": "contentprodpartyrole", "cptnoterole": "conceptnoterole",
	"crel": "conceptrelation", "ctech": "commtech", "ctrol": "contributorrole", "cwarn": "contentwarning",
	"digsrctype": "digitalsourcetype", "dimensionunit": "dimensionunit", "drol": "descriptionrole",
	"ecirol": "eventcontactinforole", "edconf": "eventdateconfirm", "encd": "encoding", "entityprop": "entityproperty",
	"eocstat": "eventoccurstatus", "eorol": "eventorganiserrole", "eprol": "eventparticipantrole",
	"eregrol": "eventregrole", "erol": "edrole", "fisymtype": "financialinstrumentsymboltype", "frmt": "format",
	"gen": "generic", "genre": "genre", "hashscope": "hashscope", "hashtype": "hashtype",
	"hatarget": "hopactiontarget", "hopaction": "hopaction", "howextr": "howextracted", "ikos": "ikos",
	"imgregrole": "imageregionrole", "imgregtype": "imageregiontype", "irel": "itemrelation",
	"irep": "itemrepresentation", "isrol": "infosourcerole", "ivqu": "videoqualifier", "loctyp": "location",
	"loutorient": "layoutorientation", "lrol": "languagerole", "medtop": "mediatopic", "mtyp": "mediatype",
	"ncostat": "newscoveragestatus", "ninat": "ninature", "nmsig": "newsmsgsignal", "nprod": "newsproduct",
	"nprov": "newsprovider", "nprt": "namepart", "nrol": "namerole", "oito": "ofinterestto", "pgrmod": "pkggroupmode",
	"plinat": "plinature", "prio": "priority", "prodgenre": "productgenre", "prov": "provider",
	"rcalctype": "rcalctype", "riaspect": "riaspect", "rightsprop": "rightsproperty", "riscope": "riscope",
	"rnd": "rendition", "rscaleunit": "rscaleunit", "rtype": "ratertype", "scn": "scene", "sev": "severity",
	"sig": "signal", "sov": "videoscaling", "squ": "subjectqualifier", "stat": "pubstatusg2", "subj": "subjectcode",
	"timeunit": "timeunit", "tone": "tone", "trustindicator": "trustindicator", "urgy": "urgency",
	"useracttype": "useractiontype", "valfmt": "valueformat", "vcdc": "videocodec", "videodef": "videodefinition",
	"why": "whypresent", "wldreg": "worldregion",
}

// otherSchemes are the vocabularies of the same catalog that IPTC only points to.
var otherSchemes = map[string]string{
	"bcp47": "http://cvx.iptc.org/bcp47/", "cusip": "http://cvx.iptc.org/cusip/", "figi": "http://cvx.iptc.org/figi/",
	"gics": "http://cvx.iptc.org/gics/", "isin": "http://cvx.iptc.org/isin/", "mic": "http://cvx.iptc.org/iso10383-mic/",
	"iso3166-1a2": "http://cvx.iptc.org/iso3166-1a2/", "iso3166-1a3": "http://cvx.iptc.org/iso3166-1a3/",
	"iso3166-2": "http://cvx.iptc.org/iso3166-2/", "iso4217a": "http://cvx.iptc.org/iso4217a/",
	"iso4217n": "http://cvx.iptc.org/iso4217n/", "sedol": "http://cvx.iptc.org/sedol/",
	"ticker": "http://cvx.iptc.org/ticker/", "tidm": "http://cvx.iptc.org/tidm/",
	"dbpedia": "http://dbpedia.org/resource/", "geonames": "http://sws.geonames.org/",
}

// A catalog resolves the prefixes of an item's QCodes. It is never fetched: a file's
// own <catalog> comes first, then IPTC's, where the item refers to that; a prefix that
// neither knows stays as the agency wrote it.
type catalog struct {
	own  map[string]string
	iptc bool
}

// scheme returns the URI that a prefix stands for, or "".
func (c catalog) scheme(prefix string) string {
	switch {
	case c.own[prefix] != "":
		return c.own[prefix]
	case !c.iptc:
		return ""
	case iptcSchemes[prefix] != "":
		return "http://cv.iptc.org/newscodes/" + iptcSchemes[prefix] + "/"
	}
	return otherSchemes[prefix]
}

// resolve returns a QCode's full URI and its vocabulary; where the prefix is unknown,
// no URI and the prefix.
func (c catalog) resolve(qcode string) (uri, scheme string) {
	prefix, code, ok := strings.Cut(qcode, ":")
	if !ok {
		return "", ""
	}
	if scheme = c.scheme(prefix); scheme == "" {
		return "", prefix
	}
	return scheme + code, scheme
}
