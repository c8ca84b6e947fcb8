"""What ops see of the mails, by name."""

from prometheus_client import Counter, Histogram

MAILS = Counter("goodorder_mails_total", "Mails by what became of them", ["outcome"])
UPLOAD_TO_MAIL = Histogram(
    "goodorder_upload_to_first_mail_seconds",
    "From an upload to its first mail, as far as the mail follows from the upload alone",
    buckets=(0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900),
)
