"""ACORD TXLife at the edge: 103 and 121 out, 1122 in. Bare code numbers and our own words; no text of ACORD's."""
