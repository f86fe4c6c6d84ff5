package wire

// FindQuery is the query of looking for relatives, for the test of its plan.
func FindQuery() string { return findQuery(keyTraces) }

// LeaveAlone makes a service that looks for no families.
func (s *Service) LeaveAlone() { s.alone = true }

// NewestSQL is the query of List without a filter, for the test of its plan.
const NewestSQL = newestSQL

// LibrarySQL is the query of List for what is no news, for the test of its plan.
const LibrarySQL = librarySQL

// TakeLarge waits for the turn of a large file, LargeFile is how large that is.
var TakeLarge = takeLarge

// LargeFile is largeFile.
const LargeFile = largeFile
