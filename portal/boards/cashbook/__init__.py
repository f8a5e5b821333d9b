"""The cash book of a building (楼组账本), kept on `portal.ledger`."""
