package digest

import (
	"testing"
	"time"

	"huibao/report"
)

func TestBackupAlert(t *testing.T) {
	due := time.Date(2026, time.March, 9, 3, 30, 0, 0, time.FixedZone("", 8*3600))
	s := Scene{Today: report.DayOf(due)}
	golden(t, "backup-space", BackupAlert(s, due, due.AddDate(0, 0, -1), BackupNoSpace))
	golden(t, "backup-folder", BackupAlert(s, due, due.AddDate(0, -4, 0), BackupNoFolder))
	golden(t, "backup-wrong", BackupAlert(s, due, time.Time{}, BackupWrong))
	golden(t, "backup-other", BackupAlert(s, due, time.Time{}, BackupFailed))
}
