package tree

// Limits of one file. An agency's largest real files are a tenth of these.
const (
	MaxFile       = 32 << 20  // bytes
	MaxItems      = 2_000     // items in one file
	MaxDepth      = 100       // elements inside elements, objects inside objects
	MaxNodes      = 1_000_000 // elements and texts, or JSON values
	MaxAttrs      = 200       // attributes of one element
	MaxNamespaces = 100       // declared around one element
	MaxContents   = 2_000     // texts, pictures and other files in one item
	MaxID         = 2_000     // bytes of an identifier
	MaxShared     = 20_000    // bytes of an envelope that is repeated with each of its items
	maxFound      = 64 << 10  // bytes of one value kept in Other and in Details
)
