package site

// NewsArticle is what schema.org calls the story, for machines that read the
// page. html/template writes it as JSON that cannot end its script element.
type NewsArticle struct {
	Context       string        `json:"@context"`
	Type          string        `json:"@type"`
	Headline      string        `json:"headline"`
	Description   string        `json:"description,omitempty"`
	URL           string        `json:"url"`
	MainEntity    string        `json:"mainEntityOfPage"`
	Published     string        `json:"datePublished"`
	Modified      string        `json:"dateModified"`
	Language      string        `json:"inLanguage"`
	Section       string        `json:"articleSection"`
	Words         int           `json:"wordCount,omitempty"`
	Comments      string        `json:"commentCount"` // slotNumber
	DiscussionURL string        `json:"discussionUrl"`
	Free          bool          `json:"isAccessibleForFree"`
	Image         []ImageObject `json:"image,omitempty"`
	Author        []Party       `json:"author,omitempty"`
	Contributor   []Party       `json:"contributor,omitempty"`
	Publisher     Party         `json:"publisher"`
}

// ImageObject is schema.org's word for a picture with its credit.
type ImageObject struct {
	Type      string `json:"@type"`
	URL       string `json:"url"`
	Width     int    `json:"width,omitempty"`
	Height    int    `json:"height,omitempty"`
	Caption   string `json:"caption,omitempty"`
	Credit    string `json:"creditText,omitempty"`
	Copyright string `json:"copyrightNotice,omitempty"`
	Creator   *Party `json:"creator,omitempty"`
}

// Party is a person or an organisation.
type Party struct {
	Type string `json:"@type"`
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}
