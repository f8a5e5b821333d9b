"""XLSForm, the questionnaire format of Kobo and ODK: a named subset of it, out of the portal and into it.

Inside the subset: text, integer, date, select_one, select_multiple, range, rank, note, groups (one that looks like a
table is one question), required, hints, `relevant` made of =, selected(), >=, != '', and/or/not, and the constraints
the portal itself writes. What lies outside is listed by its row, and then nothing of the file is taken over.
"""
