package sandbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	_ "image/png" // a bot may send charts as PNG
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// Telegram's limits on files.
const (
	maxPhoto      = 10 << 20
	maxDocument   = 50 << 20
	maxPhotoSides = 10000 // width and height together
	maxPhotoRatio = 20
)

// fileStore holds the content of all files.
type fileStore struct {
	byID     map[string]*storedFile
	byUnique map[string]*storedFile
	byPath   map[string]*storedFile
}

type storedFile struct {
	id, unique    string
	kind          string // photo, document, voice, sticker
	name, mime    string
	path          string // for getFile
	content       []byte
	width, height int
}

func newFileStore() fileStore {
	return fileStore{byID: make(map[string]*storedFile), byUnique: make(map[string]*storedFile), byPath: make(map[string]*storedFile)}
}

// add stores a file under a new id. Equal content has an equal unique id.
func (fs *fileStore) add(f storedFile) *storedFile {
	sum := sha256.Sum256(f.content)
	n := len(fs.byID) + 1
	f.unique = "AgAD" + base64.RawURLEncoding.EncodeToString(sum[:9])
	f.id = "BQACAgUAAxkB" + base64.RawURLEncoding.EncodeToString(fmt.Appendf(sum[:6:6], "%07d", n))
	f.path = fmt.Sprintf("%ss/file_%d%s", f.kind, n, path.Ext(f.name))
	fs.byID[f.id] = &f
	fs.byUnique[f.unique] = &f
	fs.byPath[f.path] = &f
	return &f
}

// attachPhoto gives the message a photo: an uploaded one, or one already stored named by its file id.
func (s *Server) attachPhoto(c *call, m *apiMessage, param, ref string) *apiError {
	up, err := c.uploaded(param, ref)
	if err != nil {
		return err
	}
	if up == nil {
		f, err := s.storedAs("photo", ref)
		if err == nil {
			m.Photo = []apiPhoto{f.photo()}
		}
		return err
	}
	if len(up.content) > maxPhoto {
		return &apiError{code: 413, description: "Request Entity Too Large"}
	}
	size, kind, decodeErr := image.DecodeConfig(bytes.NewReader(up.content))
	if decodeErr != nil {
		return badRequest("IMAGE_PROCESS_FAILED")
	}
	w, h := size.Width, size.Height
	if w+h > maxPhotoSides || w > h*maxPhotoRatio || h > w*maxPhotoRatio {
		return badRequest("PHOTO_INVALID_DIMENSIONS")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.world.files.add(storedFile{kind: "photo", name: "photo." + kind, mime: "image/" + kind, content: up.content, width: w, height: h})
	m.Photo = []apiPhoto{f.photo()}
	return nil
}

func (s *Server) attachDocument(c *call, m *apiMessage, param, ref string) *apiError {
	up, err := c.uploaded(param, ref)
	if err != nil {
		return err
	}
	if up == nil {
		f, err := s.storedAs("document", ref)
		if err == nil {
			m.Document = f.document()
		}
		return err
	}
	if len(up.content) > maxDocument {
		return &apiError{code: 413, description: "Request Entity Too Large"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.world.files.add(storedFile{kind: "document", name: up.name, mime: mimeOf(up.name), content: up.content})
	m.Document = f.document()
	return nil
}

// uploaded is the file the parameter brings: its own part, or the part that "attach://name" points to; nil for a file id.
func (c *call) uploaded(param, ref string) (*upload, *apiError) {
	up := c.files[param]
	if name, ok := strings.CutPrefix(ref, "attach://"); ok {
		if up = c.files[name]; up == nil {
			return nil, badRequest("there is no part %q for attach://", name)
		}
	}
	if up != nil && len(up.content) == 0 {
		return nil, badRequest("file must be non-empty")
	}
	return up, nil
}

// storedAs finds a stored file by its id; the sandbox has no network, so a web address cannot be fetched.
func (s *Server) storedAs(kind, id string) (*storedFile, *apiError) {
	if strings.HasPrefix(id, "http://") || strings.HasPrefix(id, "https://") {
		return nil, badRequest("failed to get HTTP URL content")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.world.files.byID[id]
	switch {
	case f == nil:
		return nil, badRequest("wrong file identifier/HTTP URL specified")
	case f.kind != kind:
		return nil, badRequest("can't use file of type %s as %s", f.kind, kind)
	}
	return f, nil
}

func (f *storedFile) photo() apiPhoto {
	return apiPhoto{FileID: f.id, UniqueID: f.unique, Width: f.width, Height: f.height, Size: len(f.content)}
}

func (f *storedFile) document() *apiDocument {
	return &apiDocument{FileID: f.id, UniqueID: f.unique, Name: f.name, MIME: f.mime, Size: len(f.content)}
}

func mimeOf(name string) string {
	if kind := mime.TypeByExtension(path.Ext(name)); kind != "" {
		return kind
	}
	return "application/octet-stream"
}

func (s *Server) getFile(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.world.files.byID[c.text("file_id")]
	if f == nil {
		return nil, badRequest("invalid file_id")
	}
	return struct {
		FileID   string `json:"file_id"`
		UniqueID string `json:"file_unique_id"`
		Size     int    `json:"file_size"`
		Path     string `json:"file_path"`
	}{f.id, f.unique, len(f.content), f.path}, nil
}

// serveFile answers /file/bot<TOKEN>/<path>.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request, rest string) {
	token, at, _ := strings.Cut(rest, "/")
	if token != s.token {
		writeError(w, &apiError{code: 401, description: "Unauthorized"})
		return
	}
	s.mu.Lock()
	found := s.world.files.byPath[at]
	s.mu.Unlock()
	if found == nil {
		writeError(w, &apiError{code: 404, description: "Not Found"})
		return
	}
	found.serve(w)
}

func (f *storedFile) serve(w http.ResponseWriter) {
	w.Header().Set("Content-Type", f.mime)
	w.Header().Set("Content-Length", strconv.Itoa(len(f.content)))
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if f.kind != "photo" {
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.name}))
	}
	_, _ = w.Write(f.content) // the caller has gone: nothing to tell it
}

// shot is the photo a user "took", in the two sizes Telegram makes of it.
type shot struct{ small, full storedFile }

// snapshot takes a photo whose colours, and so whose hash, depend on n.
func snapshot(n int64) shot {
	return shot{small: picture(n, 90, 67), full: picture(n, 320, 240)}
}

func picture(n int64, width, height int) storedFile {
	canvas := image.NewRGBA(image.Rect(0, 0, width, height))
	r, g, b := uint8(n*47%160), uint8(n*83%160), uint8(n*29%160)
	for y := range height {
		for x := range width {
			canvas.SetRGBA(x, y, color.RGBA{r + uint8(90*x/width), g + uint8(90*y/height), b + uint8(45*(x+y)/(width+height)), 255})
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, canvas, &jpeg.Options{Quality: 70}); err != nil { // into memory it cannot fail
		panic(err)
	}
	return storedFile{kind: "photo", name: "photo.jpg", mime: "image/jpeg", content: out.Bytes(), width: width, height: height}
}
