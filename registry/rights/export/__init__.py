"""Export: what is stored, packed to be taken along (GDPR Articles 15(3) and 20).

``contents`` says what is in it, ``statements`` how PostgreSQL writes it, ``archive`` packs it
while it is read; ``making`` is the life of a company's export, from its order to its end.
"""
