"""All benchmarks of the running house, one after the other: ``make bench``."""

import asyncio

from benchmarks import check_packet, long_scan, runner, upload_to_mail

if __name__ == "__main__":
    check_packet.main(5)
    runner.main(4000)
    asyncio.run(upload_to_mail.main(30))
    asyncio.run(long_scan.main(30))
