package digest

import (
	"testing"

	"huibao/report"
)

func TestAttachments(t *testing.T) {
	s := world(t)
	lesson := with(lawTalk(), func(r *report.Report) { r.ID, r.Activity, r.Area = 120, "family_education", jiangkou })
	unnamed := with(lawTalk(), func(r *report.Report) { r.ID, r.Activity, r.State = 121, "", report.Asked })
	golden(t, "photos-whose", WhosePhotos(s, []report.Report{lawTalk()}, 1, 0))
	golden(t, "photos-whose-unnamed", WhosePhotos(s, []report.Report{unnamed}, 1, 0))
	golden(t, "photos-whose-several", WhosePhotos(s, []report.Report{lawTalk(), lesson}, 2, 1))
	golden(t, "photos-whose-file", WhosePhotos(s, []report.Report{lawTalk()}, 0, 1))
	golden(t, "photos-attached", Attached([]report.Report{lawTalk()}, 2, 0))
	golden(t, "photos-attached-several", Attached([]report.Report{lawTalk(), lesson}, 2, 1))
	golden(t, "receipt-files", Receipt(s, Filing{Photos: 10, Files: 2, Items: []Item{{Report: lawTalk()}}}))
	golden(t, "several-photos", Receipt(s, Filing{Photos: 3, Items: []Item{{Report: lawTalk()}, {Report: lesson}}}))
	golden(t, "find-files", Find(s, Found{Report: lawTalk(), By: "李梅", Photos: 3, Files: 1}))
}
