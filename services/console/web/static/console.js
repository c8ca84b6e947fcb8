// What the pages do beyond plain links and forms.
