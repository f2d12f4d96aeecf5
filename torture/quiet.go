package torture

import (
	"io"
	"log"
)

// quiet is where the sandbox's server complains of connections that this program cuts on purpose.
var quiet = log.New(io.Discard, "", 0)
