package media

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Description is all that a photograph's file says about the picture and its way to
// the newsroom: what is kept of a photo, and what the wire reads beside that. Times are
// texts in ISO 8601 as precise as the file's, because an embargo without a time zone is
// not the same as one in UTC; one that cannot be read is as it stands.
type Description struct {
	Metadata
	MIME          string
	Width, Height int // pixels, as it is seen
	Orientation   int // as in EXIF, 1 to 8

	Headline        string
	ObjectName      string // the agency's short name for it, IIM 2:05
	ShortTitle      string // dc:title
	Creators        []string
	CreatorTitle    string // by-line title, as "Stringer"
	Writer          string // of the caption
	State           string
	Sublocation     string
	CountryCode     string
	Created         LocationDetails   // where the camera was
	Shown           []LocationDetails // what can be seen
	Category        string
	OtherCategories []string
	SubjectCodes    []string // eight digits each
	Genre           string
	Urgency         string
	TransmissionRef string
	GUID            string // Digital Image GUID
	UNO             string // IIM's unique name of object, 1:100
	Fixture         string
	EditStatus      string
	Persons         []string
	Organisations   []string
	Event           string
	SourceType      string // digital source type, a URI
	Language        string
	RightsHolder    string
	WebStatement    string // address of the rights statement

	TakenText    string
	ReleaseText  string // embargo until
	ExpiresText  string
	ModifiedText string // when what is said was last changed

	Rest []Field // what else the standards for news have a name for
}

// LocationDetails is a place as IPTC's extension describes it.
type LocationDetails struct{ Name, Sublocation, City, State, Country, CountryCode, ID string }

// IsZero reports whether it names nothing.
func (l LocationDetails) IsZero() bool { return l == LocationDetails{} }

// A Field is something a file says for which there is no field above.
type Field struct{ Name, Value string }

// Describe reads what a photograph's file says about itself, as [Inspect] does, and
// more. Its errors are those of a file that is no photograph, or too large for one.
func Describe(data []byte) (*Description, error) {
	f, err := sniff(data)
	if err != nil {
		return nil, err
	}
	c := parseContainer(f, data)
	cfg, _, err := configure(&c, data)
	if err != nil {
		return nil, err
	}
	d := &Description{MIME: string(f), Width: cfg.Width, Height: cfg.Height}
	d.Metadata, d.Orientation = c.metadata()
	if d.Orientation > 4 { // on its side
		d.Width, d.Height = d.Height, d.Width
	}
	x, iim := parseXMP(c.xmp), parseIIM(c.iim) // c.metadata has found the IIM
	d.fromXMP(x)
	d.fromIIM(iim)
	if d.TakenText == "" && !d.Taken.IsZero() {
		d.TakenText = d.Taken.Format("2006-01-02T15:04:05")
	}
	d.Rest = append(restOfXMP(x), restOfIIM(iim)...)
	d.cleanTexts()
	return d, nil
}

// IsPhotograph reports whether a file begins as one of the formats that photographs are
// accepted in.
func IsPhotograph(start []byte) bool {
	_, err := sniff(start)
	return err == nil
}

func (d *Description) fromXMP(x xmpFields) {
	d.Headline = x.text(nsPhotoshop, "Headline")
	d.ShortTitle = x.text(nsDC, "title")
	d.Creators = x.list(nsDC, "creator")
	d.CreatorTitle = x.text(nsPhotoshop, "AuthorsPosition")
	d.Writer = x.text(nsPhotoshop, "CaptionWriter")
	d.State = x.text(nsPhotoshop, "State")
	d.Sublocation = x.text(nsCore, "Location")
	d.CountryCode = x.text(nsCore, "CountryCode")
	d.Shown = x.locations("LocationShown")
	if created := x.locations("LocationCreated"); len(created) > 0 {
		d.Created = created[0]
	}
	d.Category = x.text(nsPhotoshop, "Category")
	d.OtherCategories = x.list(nsPhotoshop, "SupplementalCategories")
	d.SubjectCodes = x.list(nsCore, "SubjectCode")
	d.Genre = x.text(nsCore, "IntellectualGenre")
	d.Urgency = x.text(nsPhotoshop, "Urgency")
	d.TransmissionRef = x.text(nsPhotoshop, "TransmissionReference")
	d.GUID = x.text(nsExt, "DigImageGUID")
	d.Persons = append(x.list(nsExt, "PersonInImage"), x.allInside(nsExt, "PersonInImageWDetails", "PersonName")...)
	d.Organisations = x.list(nsExt, "OrganisationInImageName")
	d.Event = x.text(nsExt, "Event")
	d.SourceType = x.text(nsExt, "DigitalSourceType")
	d.Language = x.text(nsDC, "language")
	d.RightsHolder = firstOf(x.inside(nsPLUS, "CopyrightOwner", "CopyrightOwnerName"), x.text(nsRights, "Owner"))
	d.WebStatement = x.text(nsRights, "WebStatement")
	d.TakenText = x.text(nsPhotoshop, "DateCreated")
	d.ReleaseText = x.text(nsPRISM, "embargoDate")
	d.ExpiresText = x.text(nsPRISM, "expirationDate")
	d.ModifiedText = firstOf(x.text(nsXMP, "MetadataDate"), x.text(nsXMP, "ModifyDate"))
}

// fromIIM fills what XMP did not say.
func (d *Description) fromIIM(f iimFields) {
	for to, set := range map[*string]dataset{
		&d.Headline: iimHeadline, &d.ObjectName: iimObjectName, &d.CreatorTitle: iimBylineTitle, &d.Writer: iimWriter, &d.State: iimState,
		&d.Sublocation: iimSublocation, &d.CountryCode: iimCountryCode, &d.Category: iimCategory, &d.Genre: iimGenre,
		&d.Urgency: iimUrgency, &d.TransmissionRef: iimTransmissionRef, &d.UNO: iimUNO, &d.Fixture: iimFixture,
		&d.EditStatus: iimEditStatus, &d.Language: iimLanguage,
	} {
		*to = firstOf(*to, f.first(set))
	}
	if len(d.Creators) == 0 {
		d.Creators = slices.Clone(f[iimByline])
	}
	if len(d.OtherCategories) == 0 {
		d.OtherCategories = slices.Clone(f[iimOtherCategory])
	}
	if len(d.SubjectCodes) == 0 {
		for _, s := range f[iimSubjectRef] { // IPTC:01006000:ACE:fashion:
			if parts := strings.Split(s, ":"); len(parts) > 1 {
				d.SubjectCodes = append(d.SubjectCodes, parts[1])
			}
		}
	}
	d.TakenText = firstOf(d.TakenText, f.isoTime(iimDateCreated, iimTimeCreated))
	d.ReleaseText = firstOf(d.ReleaseText, f.isoTime(iimReleaseDate, iimReleaseTime))
	d.ExpiresText = firstOf(d.ExpiresText, f.isoTime(iimExpirationDate, iimExpirationTime))
}

// isoTime writes a date and a time of IIM as ISO 8601, without what the file does not
// say. One that is no date is returned as it stands.
func (f iimFields) isoTime(date, clock dataset) string {
	day, hour := strings.TrimSpace(f.first(date)), strings.TrimSpace(f.first(clock))
	digits, hours := strings.ReplaceAll(day, "-", ""), strings.ReplaceAll(hour, ":", "")
	if digits == "" || strings.Trim(digits, "0") == "" {
		return ""
	}
	for _, try := range []struct{ in, out, value string }{
		{"20060102150405-0700", "2006-01-02T15:04:05-07:00", digits + hours},
		{"20060102150405", "2006-01-02T15:04:05", digits + hours},
	} {
		if t, err := time.Parse(try.in, try.value); err == nil {
			return t.Format(try.out)
		}
	}
	if t, err := time.Parse("20060102", digits); err == nil && hours == "" {
		return t.Format(time.DateOnly)
	}
	return strings.TrimSpace(day + " " + hour)
}

// allInside returns the texts of a field of every structure in a property.
func (f xmpFields) allInside(space, local, field string) []string {
	var all []string
	for _, v := range f[xmlName(space, local)] {
		if s := v.fields.text(space, field); s != "" {
			all = append(all, s)
		}
	}
	return all
}

const maxLocations = 50

func (f xmpFields) locations(local string) []LocationDetails {
	var all []LocationDetails
	for _, v := range f[xmlName(nsExt, local)] {
		l := LocationDetails{
			Name: v.fields.text(nsExt, "LocationName"), Sublocation: v.fields.text(nsExt, "Sublocation"), City: v.fields.text(nsExt, "City"),
			State: v.fields.text(nsExt, "ProvinceState"), Country: v.fields.text(nsExt, "CountryName"), CountryCode: v.fields.text(nsExt, "CountryCode"),
			ID: v.fields.text(nsExt, "LocationId"),
		}
		if !l.IsZero() && len(all) < maxLocations {
			all = append(all, l)
		}
	}
	return all
}

// restIIM are datasets that have no field, with the names that IIM 4.2 gives them.
var restIIM = map[dataset]string{
	0x0208: "editorialUpdate", 0x021a: "contentLocationCode", 0x021b: "contentLocationName", 0x022a: "actionAdvised", 0x022d: "referenceService",
	0x022f: "referenceDate", 0x0232: "referenceNumber", 0x0241: "originatingProgram", 0x0246: "programVersion", 0x024b: "objectCycle",
	0x0276: "contact", 0x0282: "imageType", 0x0283: "imageOrientation", 0x011e: "serviceIdentifier", 0x0128: "envelopeNumber",
	0x0132: "productID", 0x013c: "envelopePriority", 0x0146: "dateSent", 0x0150: "timeSent", 0x0105: "destination",
}

const maxRest = 200

func restOfIIM(f iimFields) []Field {
	var rest []Field
	sets := make([]dataset, 0, len(f))
	for d := range f {
		sets = append(sets, d)
	}
	slices.Sort(sets)
	for _, d := range sets {
		name := restIIM[d]
		if name == "" {
			continue
		}
		for _, v := range f[d] {
			if len(rest) < maxRest {
				rest = append(rest, Field{"iim/" + strconv.Itoa(int(d>>8)) + ":" + strconv.Itoa(int(d&0xff)) + " " + name, v})
			}
		}
	}
	return rest
}

// restXMP are the properties that have no field. Others are of the camera and of the
// program that developed the picture, and where exactly it was taken: not for the desk.
var restXMP = []struct{ space, prefix, local string }{
	{nsCore, "Iptc4xmpCore", "Scene"},
	{nsExt, "Iptc4xmpExt", "OrganisationInImageCode"},
	{nsExt, "Iptc4xmpExt", "AddlModelInfo"},
	{nsExt, "Iptc4xmpExt", "ModelAge"},
	{nsExt, "Iptc4xmpExt", "MaxAvailWidth"},
	{nsExt, "Iptc4xmpExt", "MaxAvailHeight"},
	{nsExt, "Iptc4xmpExt", "EventId"},
	{nsPLUS, "plus", "ModelReleaseStatus"},
	{nsPLUS, "plus", "PropertyReleaseStatus"},
	{nsPLUS, "plus", "DataMining"},
	{nsPLUS, "plus", "ImageSupplierImageID"},
	{nsPLUS, "plus", "MinorModelAgeDisclosure"},
	{nsPLUS, "plus", "OtherConstraints"},
	{nsPLUS, "plus", "LicenseEndDate"},
	{nsPLUS, "plus", "LicenseStartDate"},
	{nsRights, "xmpRights", "Marked"},
	{nsXMP, "xmp", "Rating"},
	{nsXMP, "xmp", "Label"},
	{nsXMP, "xmp", "CreatorTool"},
	{nsXMP, "xmp", "CreateDate"},
}

func restOfXMP(x xmpFields) []Field {
	var rest []Field
	for _, r := range restXMP {
		for _, v := range x.list(r.space, r.local) {
			if len(rest) < maxRest {
				rest = append(rest, Field{r.prefix + ":" + r.local, v})
			}
		}
	}
	return rest
}

// maxText is the longest of the texts, in characters, that [Metadata] has no limit for.
const maxText = 5000

func (d *Description) cleanTexts() {
	for _, s := range []*string{
		&d.Headline, &d.ObjectName, &d.ShortTitle, &d.CreatorTitle, &d.Writer, &d.State, &d.Sublocation, &d.CountryCode, &d.Category, &d.Genre,
		&d.Urgency, &d.TransmissionRef, &d.GUID, &d.UNO, &d.Fixture, &d.EditStatus, &d.Event, &d.SourceType, &d.Language, &d.RightsHolder,
		&d.WebStatement, &d.TakenText, &d.ReleaseText, &d.ExpiresText, &d.ModifiedText,
	} {
		*s = cleanShort(*s)
	}
	for _, list := range []*[]string{&d.Creators, &d.OtherCategories, &d.SubjectCodes, &d.Persons, &d.Organisations} {
		var kept []string
		for _, s := range *list {
			if s = cleanShort(s); s != "" && !slices.Contains(kept, s) && len(kept) < maxKeywords {
				kept = append(kept, s)
			}
		}
		*list = kept
	}
	for i := range d.Rest {
		d.Rest[i].Value = cleanShort(d.Rest[i].Value)
	}
	for i := range d.Shown {
		d.Shown[i] = d.Shown[i].clean()
	}
	d.Created = d.Created.clean()
}

func (l LocationDetails) clean() LocationDetails {
	for _, s := range []*string{&l.Name, &l.Sublocation, &l.City, &l.State, &l.Country, &l.CountryCode, &l.ID} {
		*s = cleanShort(*s)
	}
	return l
}

func cleanShort(s string) string {
	s = cleanText(s)
	if r := []rune(s); len(r) > maxText {
		return strings.TrimSpace(string(r[:maxText-1])) + "…"
	}
	return s
}
